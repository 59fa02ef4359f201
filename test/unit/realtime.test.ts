import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { Realtime } from '../../firmware-agent/realtime.ts';
import { makeChildrenBy, spawnChild } from '../../firmware-agent/resources/child.ts';
import type { Precedence } from '../../hw/realtime.ts';

/** A process whose kernel refuses what is named. */
function fakeProcess(refused: readonly (keyof Precedence)[] = []) {
  const state = { priority: 0, stretch: 0, isLocked: false, score: 7 };
  const ask = (name: keyof Precedence) => {
    if (refused.includes(name)) throw new Error(`EPERM: ${name}`);
  };
  const process: Precedence = {
    enter: (priority, stretch) => {
      ask('enter');
      Object.assign(state, { priority, stretch });
    },
    leave: () => Object.assign(state, { priority: 0, stretch: 0 }),
    isRealtime: () => state.priority > 0,
    limitStretch: (stretch) => {
      state.stretch = stretch;
    },
    lockMemory: () => {
      ask('lockMemory');
      state.isLocked = true;
    },
    unlockMemory: () => {
      state.isLocked = false;
    },
    oomScore: () => state.score,
    setOomScore: (score) => {
      ask('setOomScore');
      state.score = score;
    },
  };
  return { state, process };
}

function realtime(priority: number | null, { process }: ReturnType<typeof fakeProcess>) {
  const lines: string[] = [];
  const clock = { now: 0 };
  const log = (level: string, text: string) => lines.push(`${level}: ${text}`);
  const it = new Realtime({ priority, process, log, now: () => clock.now });
  it.enter();
  return { it, lines, clock };
}

t.test('the agent goes before others, a child does not', async (t) => {
  const fake = fakeProcess();
  const { it, lines } = realtime(50, fake);
  const agent = { priority: 50, stretch: 2000, isLocked: true, score: -1000 };
  t.same(fake.state, agent);
  t.same(lines, ['info: realtime: SCHED_RR with priority 50, memory locked.']);
  t.same(it.report(), { priority: 50, memoryLocked: true, spared: true, fault: null });
  const inherited = it.makeChild(() => ({ ...fake.state }));
  t.match(inherited, { stretch: 0, score: 7 }, 'what it was');
  t.same(fake.state, agent, 'and is again');
  t.throws(() =>
    it.makeChild(() => {
      throw new Error('EAGAIN');
    }),
  );
  t.same(fake.state, agent, 'also where none could be made');
  it.leave();
  t.same(
    fake.state,
    { priority: 0, stretch: 0, isLocked: false, score: 7 },
    'the next one finds what this one found',
  );
});

t.test('realtime off: nothing is asked for', async (t) => {
  const fake = fakeProcess();
  const { it, lines } = realtime(null, fake);
  t.equal(
    it.makeChild(() => fake.state.score),
    7,
  );
  t.same(fake.state, { priority: 0, stretch: 0, isLocked: false, score: 7 });
  t.same([lines, it.report()], [[], null]);
});

t.test('what is not allowed is one warning, and the rest is done', async (t) => {
  const all = realtime(50, fakeProcess(['enter', 'lockMemory', 'setOomScore']));
  t.match(all.lines, [/^WARN: .*EPERM: lockMemory.*EPERM: enter.*EPERM: setOomScore/]);
  t.match(all.it.report(), { priority: null, memoryLocked: false, spared: false, fault: /EPERM/ });
  all.it.look();
  t.equal(
    all.it.makeChild(() => 'child'),
    'child',
  );
  t.equal(all.lines.length, 1);
  const memory = fakeProcess(['lockMemory']);
  t.match(realtime(50, memory).it.report(), { priority: 50, memoryLocked: false, spared: true });
  t.match(memory.state, { priority: 50, score: -1000 });
});

t.test('an agent that ran away says so once, and is forgiven after a minute', async (t) => {
  const fake = fakeProcess();
  const { it, lines, clock } = realtime(50, fake);
  it.look();
  t.equal(lines.length, 1);
  fake.state.priority = 0;
  it.look();
  it.look();
  t.match(lines.slice(1), [/^WARN: .*2 s at a stretch/]);
  t.match(it.report(), { priority: null, memoryLocked: true, fault: /at a stretch/ });
  t.equal(fake.state.score, -1000, 'it is still spared');
  it.makeChild(() => t.match(fake.state, { stretch: 0, score: 7 }, 'its children have no limit'));
  clock.now = 59_999;
  it.look();
  t.equal(fake.state.priority, 0);
  clock.now = 60_000;
  it.look();
  t.match(fake.state, { priority: 50, stretch: 2000 });
  t.match(it.report(), { priority: 50, fault: null });
  t.equal(lines.length, 2);
});

t.test('every child of the agent is made by the one who knows how', async (t) => {
  let made = 0;
  makeChildrenBy((make) => {
    made += 1;
    return make();
  });
  t.teardown(() => makeChildrenBy((make) => make()));
  await new Promise((resolve) => spawnChild('/bin/true', [], { stdio: 'ignore' }).once('exit', resolve));
  t.equal(made, 1);

  // fifo.ts makes its FIFO before the agent enters real time; daemon.ts is run by commands.
  const others = ['console/fifo.ts', 'console/names/daemon.ts', 'resources/child.ts'];
  const root = new URL('../../firmware-agent/', import.meta.url);
  const spawning = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) =>
      /import (?!type )[^;]*from 'node:child_process'/.test(readFileSync(new URL(name, root), 'utf8')),
    );
  t.same(spawning.sort(), others);
});
