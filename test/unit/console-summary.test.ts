import t from 'tap';
import { configSummary } from '../../firmware-agent/console/config-summary.ts';
import { GOOD_CF, load, valid } from './support/fake-probe.ts';

function summary(twinbeat: string, directives = ''): string {
  return configSummary(valid(load({ cf: GOOD_CF + directives, twinbeat })));
}

t.test('lock and fencing are told where there are any', async (t) => {
  t.notMatch(summary(''), /lock|fenced/);
  t.match(
    summary('lock /dev/disk/by-id/shared lease 90s\n'),
    '; only who holds the lock on /dev/disk/by-id/shared serves (lease 1 min 30 s).',
  );
  t.match(
    summary(
      'fence agent /usr/sbin/fence_ipmilan password=hidden\nfence command /usr/sbin/ring hidden; true\nfence manual\n',
      'stonith_host * baytech 10.0.0.9 admin hidden\n',
    ),
    '; before nodeb is taken over it is fenced by stonith baytech, else by fence_ipmilan, else by /usr/sbin/ring, ' +
      'else by a human (`twinbeat fence-ack`).',
  );
});

t.test('no password is shown', async (t) => {
  const fences = 'fence agent fence_ipmilan password=hidden\nfence command PASSWORD=hidden /usr/sbin/ring\n';
  t.notMatch(summary(fences, 'stonith_host * baytech 10.0.0.9 admin hidden\n'), 'hidden');
});
