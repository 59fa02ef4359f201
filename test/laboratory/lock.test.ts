import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { Laboratory, PairWishes } from '../../scripts/laboratory/laboratory.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';
import { alarm, cutBoth, has, mendBoth, oneOwner } from './support/split-brain.ts';

enterLaboratory();

/** Room for both locks. */
const SIZE = 16_384;
/** Milliseconds: twice as long as any box here is held up for. */
const LEASE = 6000;

function diskOf({ directory }: Laboratory): string {
  return join(directory, 'disk');
}

/** Overwrite the whole disk with one byte: 0 is a disk that was never used. */
function fill(lab: Laboratory, byte: number): void {
  const file = openSync(diskOf(lab), 'r+');
  writeSync(file, Buffer.alloc(SIZE, byte), 0, SIZE, 0);
  closeSync(file);
}

/** A pair with a lock and without the look, so that nothing but the disk stands between the two. */
function lockedPair(t: Test, wishes: PairWishes = {}) {
  return runningPair(t, wishes, (lab) => {
    const file = openSync(diskOf(lab), 'w');
    ftruncateSync(file, SIZE);
    closeSync(file);
    for (const seat of SEATS) {
      const node = lab.nodes[seat];
      const twinbeat = ['look-before-take off', 'defend off', `lock ${diskOf(lab)} lease ${LEASE}ms`];
      node.writeSettings({ ...node.settings, twinbeat });
    }
  });
}

t.test(
  'who has the lock serves, whatever the cables say; a dead holder is over with its lease',
  async (t) => {
    const { lab, observer, served } = await lockedPair(t);
    const mark = lab.client.mark();
    await cutBoth(lab);
    await alarm(lab, 'nodeb', 'lock-held');
    t.notOk(await has(lab, 'nodeb'), 'nodeb takes nothing');
    const confirmed = await lab.nodeb.command('takeover', '--confirm');
    t.match(confirmed.stdout, /once the disk lock is held here/, 'not even by the word of a human');
    t.notOk(await has(lab, 'nodeb'));
    t.match((await lab.nodeb.command('status')).stdout, /Disk lock .*: wanted/);
    await mendBoth(lab);
    await rest(lab, observer, 'nodea', PATIENCE);
    await oneOwner(t, lab, mark, 'nodea');
    await alarm(lab, 'nodeb', 'lock-held', false);
    t.match((await lab.nodea.command('status')).stdout, /Disk lock .*: held/);

    await lab.nodea.kill();
    await served('nodeb');
    await lab.nodea.boot();
    await rest(lab, observer, 'nodea', PATIENCE);
  },
);

t.test('a planned move does not wait for a lease', async (t) => {
  const { lab, observer } = await lockedPair(t);
  const mark = lab.client.mark();
  const { code, stdout } = await lab.nodea.command('standby');
  t.equal(code, 0);
  t.match(stdout, /nodeb took over/);
  await rest(lab, observer, 'nodeb', PATIENCE);
  await lab.nodea.command('takeover');
  await rest(lab, observer, 'nodea', PATIENCE);
  const { outage, stalled } = await lab.client.since(mark);
  // Waiting for what a holder left behind takes a whole lease.
  t.ok(outage - stalled < LEASE, `${Math.round(outage)} ms`);
});

t.test('who loses the lock serves no more, until the disk can be used again', async (t) => {
  // Nobody is declared dead for a pause that is longer than half a lease.
  const { lab, observer } = await lockedPair(t, { deadtime: 20_000, initdead: 20_000 });
  await lab.nodea.freeze();
  await sleep(LEASE);
  // Somebody else's data.
  fill(lab, 0x55);
  await lab.nodea.thaw();
  const said = (words: string) => () => lab.nodea.log.since(0).some((line) => line.includes(words));
  await until('nodea to notice', said('Disk lock of the groups of nodea lost: not renewed for'), PATIENCE);
  await until('nodea to let go', async () => !(await has(lab, 'nodea')), PATIENCE);
  await alarm(lab, 'nodea', 'lock-disk');
  t.notOk(await has(lab, 'nodeb'), 'nor does the other take it');
  t.match(
    (await lab.nodea.command('status')).stdout,
    /holds other data.*clear this one/,
    'what to do is told',
  );
  fill(lab, 0);
  await rest(lab, observer, 'nodea', PATIENCE);
  await alarm(lab, 'nodea', 'lock-disk', false);
});
