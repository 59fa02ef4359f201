import { mock } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { until } from './support/children.ts';
import { DoctorCable, nullModem } from './support/doctor-cable.ts';
import { CABLE, type DoctorNode, doctorPair, leavable, serial } from './support/doctor-pair.ts';

/** An examination from the port taken to the port given back. */
const whole = ['examined', 'rest', 'back', 'over'];

const quiet = () => undefined;

/** Ask for an examination that is in the midst of its data when this resolves. */
async function begun(...nodes: readonly DoctorNode[]) {
  for (const node of nodes) {
    const { open } = node;
    node.open = async (options) => leavable(await open(options), quiet, 60_000);
  }
  const [node] = nodes;
  const told: string[] = [];
  const findings = node?.doctor.examine(undefined, (text) => told.push(text)) ?? Promise.resolve([]);
  findings.catch(quiet);
  await until(() => told.includes('the modem lines'));
  return { findings };
}

t.test('two agents examine their cable together', async (t) => {
  const { fw1, fw2 } = doctorPair();
  const told: string[] = [];
  const findings = await fw1.doctor.examine(CABLE, (text) => told.push(text));
  t.match(findings, [
    /^A full null modem: all lines are wired; works at 115200, 0 errors in 230\d\d\d bytes\.$/,
  ]);
  t.match(told, [
    'the modem lines',
    'data at 19200 baud',
    'data at 38400 baud',
    'data at 57600 baud',
    'data at 115200 baud',
    'data at 115200 baud for 20 s',
  ]);
  for (const { story } of [fw1, fw2]) t.same(story, whole);
  t.match(fw1.notes, [
    { kind: 'cable', text: /^\/dev\/ttyS0: A full null modem/, facts: { link: CABLE, findings } },
  ]);
  t.same(fw2.notes, [], 'one event for one examination');
  await fw2.doctor.examine(undefined, quiet);
  t.equal(fw1.story.length, 8, 'and again from the other side');
});

t.test('a loan that is over is not interrupted any more', async (t) => {
  const { fw1 } = doctorPair();
  await fw1.doctor.examine(CABLE, quiet);
  await fw1.doctor.close();
  t.same(fw1.story, whole);
});

t.test('which cable', async (t) => {
  const bare = doctorPair(undefined, []).fw1.doctor;
  await t.rejects(bare.examine(undefined, quiet), { message: 'ha.cf has no serial cable' });
  const { fw1 } = doctorPair();
  const unknown = { message: '/dev/ttyS7 is no serial cable of ha.cf: write /dev/ttyS0' };
  await t.rejects(fw1.doctor.examine('/dev/ttyS7', quiet), unknown);
  const cable = new DoctorCable({ wires: nullModem() });
  const two = doctorPair(cable, [serial(CABLE), serial('/dev/ttyS1')]);
  const which = { message: 'which one? There are /dev/ttyS0 and /dev/ttyS1' };
  await t.rejects(two.fw1.doctor.examine(undefined, quiet), which);
  t.same(two.fw1.story, [], 'nothing was taken');
  two.fw2.open = async ({ path, left }) => {
    t.equal(path, '/dev/ttyS1', "the peer's port in the same place");
    return leavable(cable.bench('there'), left);
  };
  await two.fw1.doctor.examine('/dev/ttyS1', quiet);
});

t.test('the files of the peer have another rate', async (t) => {
  const cable = new DoctorCable({ wires: nullModem() });
  const { fw1, fw2 } = doctorPair(cable);
  const other = doctorPair(cable, [serial(CABLE, 9600)]).fw2;
  fw1.join(other);
  other.join(fw1);
  const rates = /^The rates differ: `baud 19200` in ha\.cf of fw1, `baud 9600` in that of fw2:/;
  t.match((await fw1.doctor.examine(CABLE, quiet))[0], rates);
  t.same(fw2.story, []);
});

t.test('heartbeats are not taken away', async (t) => {
  for (const change of [{ up: false }, { examined: true }, { fault: 'gone' }, { missing: 'no carrier' }]) {
    const { fw1, fw2 } = doctorPair();
    Object.assign(fw1.state.links.x0 ?? {}, change);
    const only = { message: 'fw2 is heard on no other cable than /dev/ttyS0: mend the other cable first' };
    await t.rejects(fw1.doctor.examine(CABLE, quiet), only, JSON.stringify(change));
    t.same([...fw1.story, ...fw2.story], []);
  }
  const { fw1, fw2 } = doctorPair();
  Object.assign(fw2.state.links.x0 ?? {}, { up: false });
  await t.rejects(fw1.doctor.examine(CABLE, quiet), /^fw2: fw1 is heard on no other cable than/);
  t.same([fw1.story, fw2.story], [['examined', 'over'], []], 'the port was never let go of');
});

t.test('a mend is named that can be done', async (t) => {
  const { fw1 } = doctorPair();
  const { links } = fw1.state;
  delete links.x0;
  const only =
    'fw2 is heard on no other cable than /dev/ttyS0, the only one: stop one of the two nodes to examine it';
  await t.rejects(fw1.doctor.examine(CABLE, quiet), { message: only });
  Object.assign(links[CABLE] ?? {}, { up: false });
  const early = 'fw2 is not heard yet: wait until it is, or is taken for dead';
  await t.rejects(fw1.doctor.examine(CABLE, quiet), { message: early });
  t.same(fw1.story, []);
});

t.test('nothing is examined between two lives', async (t) => {
  const { fw1, fw2 } = doctorPair();
  const message = 'the agent stops or starts anew: try again in a moment';
  fw1.state.over = true;
  await t.rejects(fw1.doctor.examine(CABLE, quiet), { message });
  await t.rejects(fw2.doctor.examine(CABLE, quiet), { message: `fw1: ${message}` });
  fw1.state.over = false;
  fw1.hasLife = false;
  await t.rejects(fw1.doctor.examine(CABLE, quiet), { message });
  t.same(fw1.story, []);
});

t.test('without the peer', async (t) => {
  const alone = async (change: (pair: ReturnType<typeof doctorPair>) => void) => {
    const pair = doctorPair();
    change(pair);
    const findings = await pair.fw1.doctor.examine(CABLE, quiet);
    t.same(pair.fw1.story, whole);
    t.same(pair.fw2.story, []);
    return findings[0];
  };
  for (const change of [{ status: 'dead' }, { left: true }] as const)
    t.match(await alone(({ fw1 }) => Object.assign(fw1.state.peer, change)), /fw2 is heard on no cable\.$/);
  const isOther = await alone(({ fw1 }) => Object.assign(fw1.state.peer, { twinbeat: false }));
  t.match(isOther, /fw2 is no Twinbeat\.$/);
});

t.test('a peer that does not answer', async (t) => {
  const { fw1 } = doctorPair();
  fw1.fallSilent();
  mock.timers.enable({ apis: ['setTimeout'] });
  const findings = fw1.doctor.examine(CABLE, quiet);
  mock.timers.tick(10_000);
  mock.timers.reset();
  t.match((await findings)[0], /fw2 does not answer\.$/);
  t.same(fw1.story, whole);
});

t.test('an examination that takes too long', async (t) => {
  const { fw1, fw2 } = doctorPair();
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const findings = fw1.doctor.examine(CABLE, quiet);
  while (fw2.story.length < 2 || fw1.story.length < 2) await pause(10);
  mock.timers.tick(100_000);
  await t.rejects(findings, { message: 'it took too long' });
});

t.test('the heartbeats need the cable in the middle', async (t) => {
  for (const deaf of ['fw1', 'fw2'] as const) {
    const pair = doctorPair();
    const { fw1, fw2 } = pair;
    const { findings } = await begun(fw1, fw2);
    Object.assign(pair[deaf].state.links.x0 ?? {}, { up: false });
    await t.rejects(
      findings,
      /fw[12] is heard on no other cable than \/dev\/ttyS0$/,
      `${deaf} hears nothing`,
    );
    await until(() => fw2.story.length === 4);
    for (const { story } of [fw1, fw2]) t.same(story, whole);
    t.match(fw1.notes, [{ kind: 'cable', text: /^\/dev\/ttyS0 was not examined to the end: / }]);
  }
});

t.test('both boxes are alone from one moment on', async (t) => {
  const { fw1, fw2 } = doctorPair();
  const { findings } = await begun(fw1, fw2);
  for (const node of [fw1, fw2]) {
    node.fallSilent();
    Object.assign(node.state.links.x0 ?? {}, { up: false });
  }
  await t.rejects(findings, { message: 'fw2 is heard on no other cable than /dev/ttyS0' });
  await until(() => fw2.story.length === 4);
  for (const { story } of [fw1, fw2]) t.same(story, whole, 'without a word to each other');
});

t.test('a node stops or starts anew in the middle', async (t) => {
  for (const change of [{ status: 'dead' }, { left: true }, { generation: 8 }] as const) {
    const { fw1, fw2 } = doctorPair();
    const { findings } = await begun(fw1, fw2);
    for (const node of [fw1, fw2]) node.fallSilent();
    Object.assign(fw1.state.peer, change);
    await t.rejects(findings, { message: 'fw2 stopped or started anew' });
    Object.assign(fw2.state.peer, change);
    await until(() => fw2.story.length === 4);
    for (const { story } of [fw1, fw2]) t.same(story, whole);
  }
  const { fw1, fw2 } = doctorPair();
  const { findings } = await begun(fw1, fw2);
  await fw1.doctor.close();
  await t.rejects(findings, { message: 'the agent stops or starts anew' });
  t.same(fw1.story, whole, 'before its close is over');
  await until(() => fw2.story.length === 4);
  const { findings: again } = await begun(fw2, fw1);
  await fw1.doctor.close();
  t.equal(fw1.story.length, 8);
  await t.rejects(again, { message: 'fw1: the agent stops or starts anew' });
});

t.test('one at a time', async (t) => {
  const { fw1, fw2 } = doctorPair();
  const { findings } = await begun(fw1, fw2);
  const taken = { message: '/dev/ttyS0 is examined at this moment, for fw1' };
  await t.rejects(fw1.doctor.examine(CABLE, quiet), taken);
  await t.rejects(fw2.doctor.examine(CABLE, quiet), taken);
  t.equal(fw1.notes.length + fw2.notes.length, 0, 'what never began is no event');
  await fw1.doctor.close();
  await t.rejects(findings);
});

t.test('an examination whose end the peer has not confirmed yet', async (t) => {
  const { fw1, fw2 } = doctorPair();
  const confirmed = Promise.withResolvers<void>();
  const { open } = fw2;
  fw2.open = async (options) => {
    const bench = await open(options);
    return { ...bench, leave: () => confirmed.promise.then(() => bench.leave()) };
  };
  const findings = fw1.doctor.examine(CABLE, quiet);
  await until(() => fw1.story.length === 4);
  const message = 'an examination is about to end: try again in a moment';
  await t.rejects(fw1.doctor.examine(CABLE, quiet), { message });
  confirmed.resolve();
  t.match(await findings, [/^A full null modem/]);
  t.match(await fw1.doctor.examine(CABLE, quiet), [/^A full null modem/], 'at once');
});

t.test('a port that cannot be left', async (t) => {
  const { fw1, fw2 } = doctorPair();
  const { open } = fw2;
  fw2.open = async (options) => {
    const bench = await open(options);
    return {
      ...bench,
      leave: async () => {
        throw new Error('cannot be closed');
      },
    };
  };
  const { findings } = await begun(fw1, fw2);
  await fw2.doctor.close();
  await t.rejects(findings);
  t.same(fw2.story, whole);
  t.match(fw2.notes, [{ kind: 'cable', text: 'help for fw1 failed: cannot be closed' }]);
});

t.test('both ask at the same moment', async (t) => {
  const { fw1, fw2 } = doctorPair();
  const [first, second] = await Promise.allSettled(
    [fw1, fw2].map(({ doctor }) => doctor.examine(CABLE, quiet)),
  );
  t.match(first, { status: 'fulfilled', value: [/^A full null modem/] });
  t.match(second, { status: 'rejected' });
  for (const { story } of [fw1, fw2]) t.same(story.slice(-4), whole);
});

t.test('a port that cannot be opened', async (t) => {
  const { fw1, fw2 } = doctorPair();
  const { open } = fw2;
  fw2.open = () => Promise.reject(new Error('No such device'));
  await t.rejects(fw1.doctor.examine(CABLE, quiet), { message: 'fw2: No such device' });
  t.same(fw2.story, whole, 'the heartbeats have it again, and say what is wrong with it');
  fw2.open = open;
  fw1.open = () => Promise.reject(new Error('No such device'));
  await t.rejects(fw1.doctor.examine(CABLE, quiet), { message: 'No such device' });
  await until(() => fw2.story.length === 8);
  t.same(fw2.story, [...whole, ...whole], 'the peer does not wait');
});
