import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { run } from '../../scripts/laboratory/command.ts';
import type { Laboratory } from '../../scripts/laboratory/laboratory.ts';
import { GATEWAY_ADDRESS, MAC, VIRTUAL_ADDRESS } from '../../scripts/laboratory/network.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { other, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';
import { alarm, cutBoth, has, mendBoth, oneOwner } from './support/split-brain.ts';

enterLaboratory();

/** Looks that a node took since it began to wait, and found the address taken. */
function looks(lab: Laboratory, seat: Seat): number {
  return lab.nodes[seat].log.since(0).filter((line) => line.includes('Not taken over yet')).length;
}

/** Each tells the other its hardware addresses: by them a stranger is told from it. */
async function known(lab: Laboratory, seat: Seat): Promise<void> {
  const peers = `${MAC[other(seat)]}:01`;
  const knows = async () => (await lab.nodes[seat].status())?.peer.macs.includes(peers) ?? false;
  await until(`${seat} to know the hardware address of its peer`, knows, PATIENCE);
}

t.test(
  'both cables cut: the box that still answers keeps its address, and loses it when it dies',
  async (t) => {
    const { lab, observer, served } = await runningPair(t);
    const mark = lab.client.mark();
    await cutBoth(lab);
    await alarm(lab, 'nodeb', 'peer-box-answers');
    t.notOk(await has(lab, 'nodeb'), 'nodeb takes nothing');
    t.equal(looks(lab, 'nodeb'), 1, 'it waits');

    await mendBoth(lab);
    await rest(lab, observer, 'nodea', PATIENCE);
    await oneOwner(t, lab, mark, 'nodea');
    await alarm(lab, 'nodeb', 'peer-box-answers', false);

    await cutBoth(lab);
    await alarm(lab, 'nodeb', 'peer-box-answers');
    await lab.nodea.kill();
    await served('nodeb');
    await alarm(lab, 'nodeb', 'peer-box-answers', false);
  },
);

t.test('an agent that dies leaves its box serving; the next one finds its peer as it was', async (t) => {
  const { lab, observer } = await runningPair(t);
  await lab.nodea.crash();
  await alarm(lab, 'nodeb', 'peer-box-answers');
  t.notOk(await has(lab, 'nodeb'));
  lab.nodea.startDaemon();
  await rest(lab, observer, 'nodea', PATIENCE);
  t.notOk(await has(lab, 'nodeb'));
});

t.test('a human is obeyed against what was seen, and asked for where that is wanted', async (t) => {
  const { lab, served } = await runningPair(t, { twinbeat: ['takeover confirm'] });
  const early = await lab.nodeb.command('takeover', '--confirm');
  t.equal(early.code, 1);
  t.match(early.stderr, /Nothing waits to be taken over/);

  await lab.nodea.kill();
  await alarm(lab, 'nodeb', 'waiting-for-confirmation');
  t.notOk(await has(lab, 'nodeb'), 'it waits');
  const plain = await lab.nodeb.command('takeover');
  t.equal(plain.code, 1);
  t.match(plain.stderr, /takeover --confirm/);
  const screen = await lab.nodeb.command('status');
  t.match(screen.stdout, /ALARM nodea is dead; nodeb takes over on `twinbeat takeover --confirm`/);

  const { code, stdout } = await lab.nodeb.command('takeover', '--confirm');
  t.equal(code, 0);
  t.match(stdout, /takes over what it does not hold/);
  await served('nodeb');
});

t.test('takeover delay: the alarm at once, the takeover later', async (t) => {
  const { lab, served } = await runningPair(t, { twinbeat: ['takeover delay 3s'] });
  await lab.nodea.kill();
  await alarm(lab, 'nodeb', 'waiting-for-confirmation');
  t.notOk(await has(lab, 'nodeb'));
  await served('nodeb');
  await alarm(lab, 'nodeb', 'waiting-for-confirmation', false);
});

t.test('a node that hears nobody serves nobody', async (t) => {
  const { lab, observer, served } = await runningPair(t, {
    directives: [`ping ${GATEWAY_ADDRESS}`, 'deadping 2'],
  });
  await lab.network.cut('nodea');
  await cutBoth(lab);
  await alarm(lab, 'nodea', 'isolated');
  await until('nodea to let go', async () => !(await has(lab, 'nodea')), PATIENCE);
  await served('nodeb');

  await lab.network.mend('nodea');
  await alarm(lab, 'nodea', 'isolated', false);
  await alarm(lab, 'nodea', 'peer-box-answers');
  t.notOk(await has(lab, 'nodea'), 'nodeb serves, so nodea takes nothing back by itself');

  await mendBoth(lab);
  await rest(lab, observer, 'nodea', PATIENCE);
  t.notOk(await has(lab, 'nodeb'), 'failback, once they can agree');
});

t.test('a stranger with the address is not joined', async (t) => {
  const { lab, served } = await runningPair(t);
  const stranger = (verb: 'add' | 'del') =>
    run([
      'ip',
      '-n',
      lab.network.namespace('lan'),
      'address',
      verb,
      `${VIRTUAL_ADDRESS}/32`,
      'dev',
      'client',
    ]);
  await known(lab, 'nodeb');
  await lab.nodea.kill();
  await stranger('add');
  await alarm(lab, 'nodeb', 'stranger-has-address');
  t.notOk(await has(lab, 'nodeb'));
  await stranger('del');
  await served('nodeb');
});

t.test(
  'after take-after both serve, and on the LAN they agree: what prefers the other is given to it',
  async (t) => {
    const { lab, observer } = await runningPair(t, { twinbeat: ['take-after 3s'] });
    await Promise.all([known(lab, 'nodea'), known(lab, 'nodeb')]);
    await cutBoth(lab);
    const logged = (words: string) => () => lab.nodeb.log.since(0).some((line) => line.includes(words));
    await until('nodeb to take it all the same', logged(`Added ${VIRTUAL_ADDRESS}`), PATIENCE);
    await until('nodeb to give way', logged('gives way to the node that it prefers'), PATIENCE);
    await alarm(lab, 'nodeb', 'address-claimed');
    t.match(
      lab.nodea.log.since(0).join('\n'),
      /is claimed by the box of nodeb/,
      'which nodea knew although it never served',
    );
    await until('nodeb to have let go', async () => !(await has(lab, 'nodeb')), PATIENCE);
    t.ok(await has(lab, 'nodea'), 'the node that the address prefers keeps it');
    await mendBoth(lab);
    await rest(lab, observer, 'nodea', PATIENCE);
    await alarm(lab, 'nodeb', 'address-claimed', false);
  },
);

t.test('an alarm runs its command with the event as JSON, also for one cable', async (t) => {
  const fileOf = ({ boxes }: Laboratory) => join(boxes.nodeb.directory, 'alarms');
  const { lab } = await runningPair(t, {}, (lab) => {
    const twinbeat = [`alarm cat >>${fileOf(lab)}`];
    lab.nodeb.writeSettings({ ...lab.nodeb.settings, twinbeat });
  });
  const file = fileOf(lab);
  const events = () =>
    existsSync(file)
      ? // What stands behind the last line end is being written.
        readFileSync(file, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as { node: string; kind: string; level: string; facts: object })
      : [];
  const heard = (level: string) =>
    events().some((event) => event.kind === 'link-lost' && event.level === level && event.node === 'nodeb');
  await lab.network.cut('crossover');
  await until('the alarm for one lost cable', () => heard('warning'), PATIENCE);
  t.match(events().find(({ kind }) => kind === 'link-lost')?.facts, { of: 'x0' });
  await lab.network.mend('crossover');
  await until('its end', () => heard('cleared'), PATIENCE);
});
