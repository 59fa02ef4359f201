import type { Random } from '../unit/support/random.ts';
import type { Draw, Effect, Stage } from './fault.ts';
import type { Machine } from './machine.ts';
import { type NodeName, nodeNames } from './node-name.ts';
import { type ScriptMood, slowScript } from './scripts.ts';
import type { World } from './world.ts';

/** A wall clock jumps by up to so many seconds, to and fro. */
const longestJump = 100_000;

function onBox(
  random: Random,
  text: string,
  begin: (machine: Machine, stage: Stage) => void,
  end: (machine: Machine, stage: Stage) => void,
): Effect {
  const node = random.pick(nodeNames);
  return {
    text: `${node}: ${text}`,
    begin: (stage) => begin(stage.world.machine(node), stage),
    end: (stage) => end(stage.world.machine(node), stage),
  };
}

function loseItsPower(machine: Machine, world: World): void {
  machine.powerFaults += 1;
  world.powerOff(machine.name);
}

function getItsPower(machine: Machine, world: World): void {
  machine.powerFaults -= 1;
  world.powerOn(machine.name);
}

const lanPort: Draw = (random) =>
  onBox(
    random,
    'LAN port unplugged',
    (machine, { world }) => world.plugLan(machine.name, -1),
    (machine, { world }) => world.plugLan(machine.name, 1),
  );

const gateway: Draw = () => ({
  text: 'the gateway does not answer',
  begin: ({ world }) => {
    world.gatewayFaults += 1;
  },
  end: ({ world }) => {
    world.gatewayFaults -= 1;
  },
});

const crash: Draw = (random) =>
  onBox(
    random,
    'the agent crashes',
    (machine) => machine.endAgent(),
    (machine) => machine.startAgent(),
  );

const powerLoss: Draw = (random) =>
  onBox(
    random,
    'power lost',
    (machine, { world }) => loseItsPower(machine, world),
    (machine, { world }) => getItsPower(machine, world),
  );

const stateLost: Draw = (random) => {
  const chance = random.below(256);
  return onBox(
    random,
    'power and state directory lost',
    (machine, { world }) => {
      loseItsPower(machine, world);
      machine.forget(chance);
    },
    (machine, { world }) => getItsPower(machine, world),
  );
};

const freeze: Draw = (random) =>
  onBox(
    random,
    'the agent is frozen',
    (machine) => machine.freeze(),
    (machine, { world }) => world.thaw(machine.name),
  );

const slow: Draw = (random) => {
  const time = 2 + random.below(120);
  return onBox(
    random,
    `each event takes ${time} ms`,
    (machine) => {
      machine.slowness += time;
    },
    (machine) => {
      machine.slowness -= time;
    },
  );
};

const clockJump: Draw = (random) => {
  const seconds = random.below(2 * longestJump) - longestJump;
  return onBox(
    random,
    `the wall clock jumps by ${seconds} s`,
    (machine) => {
      machine.wallOffset += seconds;
    },
    () => {},
  );
};

const gracefulStop: Draw = (random) =>
  onBox(
    random,
    'stopped in order',
    (machine, { world }) => world.stop(machine.name),
    (machine) => machine.startAgentOnceGone(),
  );

function scripts(
  text: string,
  change: (mood: ScriptMood, sign: 1 | -1) => void,
  after: (machine: Machine) => void = () => {},
): Draw {
  return (random) =>
    onBox(
      random,
      text,
      ({ name }: { name: NodeName }, { moods }) => change(moods[name], 1),
      (machine, { moods }) => {
        change(moods[machine.name], -1);
        after(machine);
      },
    );
}

export const boxFaults = {
  'LAN port': lanPort,
  gateway,
  'agent crash': crash,
  'power loss': powerLoss,
  'state lost': stateLost,
  freeze,
  'slow node': slow,
  'clock jump': clockJump,
  'graceful stop': gracefulStop,
  'slow scripts': scripts(`scripts take ${slowScript} ms more`, (mood, sign) => {
    mood.extra += sign * slowScript;
  }),
  'failing scripts': scripts('scripts fail', (mood, sign) => {
    mood.failing += sign * 100;
  }),
  'hanging scripts': scripts('half of the scripts hang', (mood, sign) => {
    mood.hanging += sign * 50;
  }),
  'lying scripts': scripts(
    'half of the scripts lie',
    (mood, sign) => {
      mood.lying += sign * 50;
    },
    (machine) => machine.groups.mend(),
  ),
} as const satisfies Readonly<Record<string, Draw>>;

/** Wishes of operators, one or several within few seconds, on either box. */
export const operator: Draw = (random) => {
  const wishes = Array.from({ length: 1 + random.below(4) }, () => ({
    node: random.pick(nodeNames),
    command: random.pick(['standby', 'takeover'] as const),
    set: random.pick(['all', 'all', 'local', 'foreign', 'failback'] as const),
    after: random.below(4) * random.below(1000),
  }));
  return {
    text: wishes
      .map(({ node, command, set, after }) => `${node}: ${command} ${set} after ${after} ms`)
      .join(', '),
    begin: (stage) => {
      const { clock } = stage.world;
      for (const { node, command, set, after } of wishes) {
        clock.plan(clock.now + after, () => stage.command(node, command, set));
      }
    },
    end: () => {},
  };
};
