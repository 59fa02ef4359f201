import t from 'tap';
import { configSummary } from '../../firmware-agent/console/config-summary.ts';
import { explanation } from '../../firmware-agent/console/explanation.ts';
import { coreSettings } from '../../firmware-agent/core-settings.ts';
import { mediaLines } from '../../firmware-agent/media-lines.ts';
import { load, said, valid } from './support/fake-probe.ts';

/** No cable, so that the only ones are those of IPv6. */
const NODES = 'node nodea nodeb\nauto_failback on\n';
const CABLES = 'ucast6 eth0 fe80::3\nucast6 eth1 fd01::3\nmcast6 eth2 ff02::694 700 1 0\nping6 fd00::1\n';
/** eth2 is not there, which is a remark of its own. */
const MACHINE6 = { interfaces: ['lo', 'eth0', 'eth1', 'eth2'] };
const config = () => valid(load({ cf: NODES + CABLES }, MACHINE6));

t.test('a Heartbeat logs the same lines when its media of IPv6 open', async (t) => {
  t.strictSame(mediaLines(config()), [
    'glib: ucast6: heartbeat started for [fe80::3%eth0]:694 on interface eth0',
    'glib: ucast6: heartbeat started for [fd01::3]:694 on interface eth1',
    'glib: UDP multicast heartbeat started for [ff02::694]:700 on interface eth2 (hops=1 loop=0)',
    'glib: ping heartbeat started.',
  ]);
});

t.test('people are told of them as of the others', async (t) => {
  t.match(configSummary(config()), 'over eth0 (ucast6 to fe80::3 port 694) and eth1 (ucast6 to fd01::3 port');
  t.match(explanation(config()), 'eth2 (mcast6 ff02::694 port 700)');
  t.match(explanation(config()), 'ping node fd00::1: asked every');
});

t.test('the core knows them by their names', async (t) => {
  const { links, pings } = coreSettings(config(), new Uint8Array(16), { number: 1, isNew: true });
  t.match(links, [
    { name: 'eth0', medium: 'ucast6' },
    { name: 'eth1', medium: 'ucast6' },
    { name: 'eth2', medium: 'mcast6' },
  ]);
  t.strictSame(pings, ['fd00::1']);
});

t.test('a link-local address is this machine’s own on its own interface only', async (t) => {
  const media = (line: string) => valid(load({ cf: `${NODES}bcast eth1\n${line}\n` })).media.length;
  t.equal(media('ucast6 eth0 fe80::2'), 1, 'own');
  t.equal(media('ucast6 eth0 fd00::2'), 1, 'own');
  t.equal(media('ucast6 eth1 fe80::2'), 2, 'of whoever is there');
  t.equal(media('ucast6 eth1 fd00::2'), 1, 'own, though on another interface');
});

t.test('udpport behind a ucast6 is remarked, a refused one is mended first', async (t) => {
  const late = said(load({ cf: `${NODES}ucast6 eth0 fd00::9\nudpport 700\n` }));
  t.match(late, [/udpport 700 counts for all media here, but Heartbeat would not use it for line 3/]);
  t.equal(said(load({ cf: `${NODES}ucast6 eth0 nowhere\n` })).length, 1, 'not that there is no medium');
  t.equal(said(load({ cf: `${NODES}mcast6 eth0 nowhere 694 1 0\n` })).length, 1);
});

t.test('a ping6 node is what isolation is told by', async (t) => {
  const cf = `${NODES}bcast eth1\n`;
  const twinbeat = 'isolation release\n';
  t.equal(valid(load({ cf: `${cf}ping6 fd00::1\n`, twinbeat })).defences.releaseIsolated, true);
  t.match(said(load({ cf, twinbeat })), [/isolation release needs a ping node/]);
  t.match(said(load({ cf: `${cf}ping6 nowhere\n`, twinbeat })), [/ping6 "nowhere": write an IPv6 address/]);
});
