import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Laboratory } from '../../scripts/laboratory/laboratory.ts';
import { VIRTUAL_ADDRESS } from '../../scripts/laboratory/network.ts';
import { EXECUTABLE } from '../../scripts/laboratory/node.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { GROUP } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';

enterLaboratory();

/** Without the defences that split-brain.test.ts is about: a silent peer's addresses are taken, rival or not. */
const HEARTBEATS_WAYS = ['look-before-take off', 'defend off'];

async function holds(lab: Laboratory, seat: Seat): Promise<boolean> {
  const { stdout } = await lab.boxes[seat].run(['ip', '-4', '-o', 'address', 'show', 'eth0']);
  return stdout.includes(VIRTUAL_ADDRESS);
}

t.test('a node that was frozen beyond deadtime lets go before it says a word', async (t) => {
  const { lab, observer, served } = await runningPair(t, { autoFailback: 'off', twinbeat: HEARTBEATS_WAYS });
  const mark = lab.nodeb.log.mark();
  await lab.nodea.freeze();
  await served('nodeb');
  t.ok(await holds(lab, 'nodea'), 'while it is frozen the kernel keeps its address');
  await lab.nodea.thaw();
  await rest(lab, observer, 'nodeb', PATIENCE);
  t.notOk(await holds(lab, 'nodea'), 'and it is gone once the agent runs again');
  const seen = lab.nodeb.log.since(mark).join('\n');
  t.match(seen, /Heartbeat restart on node nodea/, 'its peer sees a restart');
  t.notMatch(seen, /returning after partition/, 'and no partition');
});

t.test('both cables cut: both serve; mended: who served longer keeps on without a gap', async (t) => {
  const { lab, observer } = await runningPair(t, { twinbeat: HEARTBEATS_WAYS });
  await lab.serial.cut();
  await lab.network.cut('crossover');
  const dead = (seat: Seat) => observer.sighting.reports[seat]?.peer.status === 'dead';
  await until('each to call the other dead', () => SEATS.every(dead), PATIENCE);
  const both = async () => (await holds(lab, 'nodea')) && (await holds(lab, 'nodeb'));
  await until('both to serve', both, PATIENCE);
  await lab.serial.mend();
  await lab.network.mend('crossover');
  await rest(lab, observer, 'nodea', PATIENCE);
  t.notOk(await holds(lab, 'nodeb'));
  for (const seat of SEATS) {
    const told = lab.nodes[seat].log.since(0).filter((line) => line.includes('returning after partition'));
    t.equal(told.length, 1, `${seat} tells of the partition once`);
    const restarts = lab.nodes[seat].log.since(0).filter((line) => line.includes('Heartbeat generation'));
    t.equal(restarts.length, 1, `${seat} did not start anew`);
  }
  const removed = (seat: Seat) =>
    lab.nodes[seat].log.since(0).filter((line) => line.includes('Removed')).length;
  t.equal(removed('nodea'), 0, 'nodea never let go');
  t.equal(removed('nodeb'), 1, 'nodeb did');
});

t.test('what a crashed agent left behind is cleared before the next one joins', async (t) => {
  const { lab, observer, served } = await runningPair(t, { autoFailback: 'off', twinbeat: HEARTBEATS_WAYS });
  await lab.nodea.crash();
  await served('nodeb');
  t.ok(await holds(lab, 'nodea'), 'the crash left the address');
  lab.nodea.startDaemon();
  await rest(lab, observer, 'nodeb', PATIENCE);
  t.notOk(await holds(lab, 'nodea'));
});

t.test('scripts go with their group: left to right up, right to left down', async (t) => {
  const journal = (lab: Laboratory, seat: Seat) => join(lab.boxes[seat].directory, 'journal');
  const words = (lab: Laboratory, seat: Seat) => {
    const file = journal(lab, seat);
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };
  const { lab, observer } = await runningPair(
    t,
    { haresources: `nodea first::one ${GROUP} second\n` },
    (lab) => {
      for (const seat of SEATS) {
        const scripts = join(lab.boxes[seat].directory, 'ha.d', 'resource.d');
        mkdirSync(scripts, { recursive: true });
        for (const name of ['first', 'second']) {
          const file = join(scripts, name);
          const flag = join(lab.boxes[seat].directory, `${name}.runs`);
          writeFileSync(
            file,
            `#!/bin/sh
for action; do :; done
case $action in
start) echo "${name} $*" >>${journal(lab, seat)}; touch ${flag};;
stop) [ -e ${flag} ] && echo "${name} $*" >>${journal(lab, seat)}; rm -f ${flag};;
status) if [ -e ${flag} ]; then echo running; else echo stopped; fi;;
esac
exit 0
`,
          );
          chmodSync(file, 0o755);
        }
      }
    },
  );
  t.same(words(lab, 'nodea'), ['first one start', 'second start']);
  await lab.nodea.standby();
  await rest(lab, observer, 'nodeb', PATIENCE);
  t.same(words(lab, 'nodea').slice(2), ['second stop', 'first one stop']);
  t.same(words(lab, 'nodeb'), ['first one start', 'second start']);
});

t.test('ipfail: the node that sees the gateway serves, and gives back when both see it', async (t) => {
  const { lab, observer, served } = await runningPair(t, {
    directives: ['ping 10.78.0.1', 'deadping 1', 'respawn hacluster /usr/lib/heartbeat/ipfail'],
  });
  await lab.network.cut('nodea');
  await served('nodeb');
  t.notOk(await holds(lab, 'nodea'), 'nodea gave up what nobody could reach there');
  await lab.network.mend('nodea');
  await rest(lab, observer, 'nodea', PATIENCE);
  t.notOk(await holds(lab, 'nodeb'));
  const seen = lab.nodea.log.since(0).join('\n');
  t.match(seen, /We are dead\. :</);
  t.match(seen, /A ping node just came up\./);
});

t.test('a second agent on the box is refused: it would hear nobody and take everything', async (t) => {
  const { lab, observer } = await runningPair(t);
  const { directory } = lab.boxes.nodea;
  const other = (name: string) => join(directory, `second-${name}`);
  const { code, stderr } = await lab.boxes.nodea.run([
    EXECUTABLE,
    'run',
    ...['--config-dir', join(directory, 'ha.d'), '--node', 'nodea'],
    ...['--run-dir', other('run'), '--state-dir', other('state')],
  ]);
  t.equal(code, 1);
  t.match(stderr, /another agent for nodea runs on this machine/);
  await rest(lab, observer, 'nodea', PATIENCE);
});
