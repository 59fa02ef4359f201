import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Laboratory } from '../../scripts/laboratory/laboratory.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';
import { alarm, cutBoth, has } from './support/split-brain.ts';

enterLaboratory();

/** A power switch of two sockets: a shot at a node is a file, and ends when the test has carried it out. */
class PowerSwitch {
  readonly #directory: string;

  constructor({ directory }: Laboratory) {
    this.#directory = directory;
    const script = [
      '#!/bin/sh',
      `cd ${directory}`,
      'test -e broken && echo "no connection" >&2 && exit 1',
      'touch shot-at-$TWINBEAT_PEER',
      'until test -e off-$TWINBEAT_PEER; do sleep 0.05; done',
    ];
    writeFileSync(this.command, `${script.join('\n')}\n`);
    chmodSync(this.command, 0o755);
  }

  get command(): string {
    return join(this.#directory, 'switch');
  }

  wasAskedFor(seat: Seat): boolean {
    return existsSync(join(this.#directory, `shot-at-${seat}`));
  }

  switchedOff(seat: Seat): void {
    writeFileSync(join(this.#directory, `off-${seat}`), '');
  }

  set works(works: boolean) {
    const file = join(this.#directory, 'broken');
    if (works) rmSync(file, { force: true });
    else writeFileSync(file, '');
  }
}

async function fencingPair(t: Test) {
  const switches: PowerSwitch[] = [];
  const pair = await runningPair(t, {}, (lab) => {
    const power = new PowerSwitch(lab);
    switches.push(power);
    for (const seat of SEATS) {
      const node = lab.nodes[seat];
      node.writeSettings({ ...node.settings, twinbeat: [`fence command ${power.command}`] });
    }
  });
  const [power] = switches;
  if (power === undefined) throw new Error('no switch was made');
  return { ...pair, power };
}

t.test('a dead box is fenced before it is taken over, and not taken over while that fails', async (t) => {
  const { lab, observer, served, power } = await fencingPair(t);
  power.works = false;
  await lab.nodea.kill();
  await alarm(lab, 'nodeb', 'fencing-failed');
  const log = () => lab.nodeb.log.since(0).filter((line) => line.includes('Retrying')).length;
  await until('a second try', () => log() > 1, PATIENCE);
  t.notOk(await has(lab, 'nodeb'));
  power.works = true;
  await until('the shot', () => power.wasAskedFor('nodea'), PATIENCE);
  t.notOk(await has(lab, 'nodeb'), 'it waits for the end of it');
  power.switchedOff('nodea');
  await served('nodeb');
  await alarm(lab, 'nodeb', 'fencing-failed', false);

  await lab.nodea.boot();
  await rest(lab, observer, 'nodea', PATIENCE);
});

t.test('a human can say that the box is off', async (t) => {
  const { lab, served, power } = await fencingPair(t);
  const early = await lab.nodeb.command('fence-ack', 'nodea');
  t.equal(early.code, 1);
  t.match(early.stderr, /does not have to be fenced now/);
  power.works = false;
  await lab.nodea.kill();
  await alarm(lab, 'nodeb', 'fencing-failed');
  const wrong = await lab.nodeb.command('fence-ack', 'nodeb');
  t.equal(wrong.code, 1);
  t.match(wrong.stderr, /twinbeat fence-ack nodea/);
  t.notOk(await has(lab, 'nodeb'));
  t.equal((await lab.nodeb.command('fence-ack', 'nodea')).code, 0);
  await served('nodeb');
});

t.test('of two boxes that live, the one that serves shoots; the other is not in time', async (t) => {
  const { lab, power } = await fencingPair(t);
  await cutBoth(lab);
  await until('a shot at nodeb', () => power.wasAskedFor('nodeb'), PATIENCE);
  t.notOk(power.wasAskedFor('nodea'));
  await lab.nodeb.kill();
  power.switchedOff('nodeb');
  const taken = () => lab.nodea.log.since(0).some((line) => line.includes('nodeb is fenced'));
  await until('nodea to go on alone', taken, PATIENCE);
  t.ok(await has(lab, 'nodea'));
  t.notOk(power.wasAskedFor('nodea'));
});

t.test('a stop in good order is followed by no shot', async (t) => {
  const { lab, served, power } = await fencingPair(t);
  await lab.nodea.stop();
  await served('nodeb');
  t.notOk(power.wasAskedFor('nodea'));
});
