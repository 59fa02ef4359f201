import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Laboratory } from '../../scripts/laboratory/laboratory.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';

enterLaboratory();

/** Give a node another authkeys and have it read again; the log tells when it did. */
async function reload(lab: Laboratory, seat: Seat, authkeys: string, expected: RegExp): Promise<void> {
  const file = join(lab.boxes[seat].directory, 'ha.d', 'authkeys');
  const mark = lab.nodes[seat].log.mark();
  writeFileSync(file, authkeys);
  chmodSync(file, 0o600);
  const pid = lab.nodes[seat].agentPid;
  if (pid === undefined) throw new Error(`${seat} has no agent`);
  process.kill(pid, 'SIGHUP');
  const told = () => lab.nodes[seat].log.since(mark).some((line) => expected.test(line));
  await until(`${seat} to read its keys again`, told, PATIENCE);
}

t.test('keys roll over while both run, and a broken file changes nothing', async (t) => {
  const old = 'auth 1\n1 sha1 the-old-word\n';
  const { lab, observer } = await runningPair(t, { authkeys: old });
  const mark = lab.client.mark();

  await reload(lab, 'nodea', 'auth 9\n1 sha1 the-old-word\n', /ERROR: authkeys:1/);
  const reread = /Rereading authentication file/;
  const steps = [
    `${old}2 sha256 the-new-word\n`,
    'auth 2\n1 sha1 the-old-word\n2 sha256 the-new-word\n',
    'auth 2\n2 sha256 the-new-word\n',
  ];
  for (const authkeys of steps) {
    for (const seat of SEATS) {
      await reload(lab, seat, authkeys, reread);
      // Every step lasts as long as it takes to hear the other on both cables with it.
      const heard = () => observer.sighting.reports[seat]?.links.map((link) => link.received) ?? [];
      const before = heard();
      await until(
        `${seat} to hear its peer on both cables`,
        () => before.length === 2 && heard().every((count, n) => count >= (before[n] ?? 0) + 2),
        PATIENCE,
      );
    }
  }
  await rest(lab, observer, 'nodea', PATIENCE);
  const { outage } = await lab.client.since(mark);
  for (const seat of SEATS) {
    t.equal(observer.sighting.reports[seat]?.rejected.forged, 0, `${seat} refused nothing`);
    t.notMatch(lab.nodes[seat].log.since(0).join('\n'), /is dead/, `${seat} missed nobody`);
  }
  t.ok(outage < 2000, `the client went unanswered for ${outage} ms at most`);
});
