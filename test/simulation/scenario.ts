import type { Random } from '../unit/support/random.ts';
import type { CableOptions } from './cable.ts';
import { armed, type DefenceSet, type Human } from './defence-sets.ts';
import type { NodeName } from './node-name.ts';
import type { WorldOptions } from './world-options.ts';

/** What a seed chooses of one pair, besides its faults. Times in ms. */
export interface Scenario extends WorldOptions {
  /** How long a healthy group's script takes. */
  readonly scriptTime: Readonly<Record<'start' | 'stop', number>>;
  /** When each box gets power for the first time. */
  readonly boots: Readonly<Record<NodeName, number>>;
  readonly set: DefenceSet;
  /** Who is asked where a takeover waits for a human's word; null: nobody is. */
  readonly human: Human | null;
}

const keepalives = [250, 500, 1000, 1000, 1000, 1000, 1000, 2000, 2000, 2000, 2000, 2000, 2000, 2000];
/** Deadtime in keepalives. */
const ratios = [3, 5, 5, 10];
/** Initdead in deadtimes: ha.cf's own advice is at least two. */
const patience = [2, 2, 4];
/** How far a box's clock runs from true time, in millionths; the last are crystals that are ill. */
const drifts = [0, 0, 30, -50, 200, -200, 10_000, -10_000];

export function drawScenario(random: Random): Scenario {
  const keepalive = random.pick(keepalives);
  const deadtime = keepalive * random.pick(ratios);
  const failback = random.pick(['on', 'on', 'off', 'legacy']);
  const quick = random.below(2) === 0;
  const rate = () => 1 + random.pick(drifts) / 1_000_000;
  const late = random.below(3) === 0 ? random.below(3 * deadtime) : random.below(500);
  const first = random.below(2) === 0;
  return {
    keepalive,
    deadtime,
    initdead: deadtime * random.pick(patience),
    autoFailback: failback !== 'off',
    legacy: failback === 'legacy',
    groups: random.pick([['nodea'], ['nodeb'], ['nodea', 'nodeb']]),
    gateway: random.below(3) === 0,
    defences: {},
    watchdog: null,
    bootTime: null,
    fenceTime: 2000,
    claims: false,
    cables: drawCables(random, keepalive),
    key: { index: 1, method: 'crc' },
    old: random.pick([null, null, null, 'nodea', 'nodeb']),
    heartbeat: null,
    rates: { nodea: rate(), nodeb: rate() },
    generation: random.below(4) === 0 ? null : 0x1000 + random.below(1000),
    called: (owner) => owner,
    turn: 0,
    scriptTime: {
      start: quick ? random.below(50) : random.below(1500),
      stop: quick ? random.below(50) : random.below(800),
    },
    boots: { nodea: first ? late : 0, nodeb: first ? 0 : late },
    set: 'none',
    human: null,
  };
}

/** The same pair with a set of defences. */
export function withDefences(scenario: Scenario, set: DefenceSet, seed: number): Scenario {
  const { defences, gateway, human, boxes } = armed(set, seed, scenario);
  return {
    ...scenario,
    ...boxes,
    set,
    defences,
    claims: defences.defend ?? false,
    gateway: gateway ?? scenario.gateway,
    human: human ?? null,
  };
}

/** The same pair with a Heartbeat on one seat, or with none. */
export function withPeer(scenario: Scenario, heartbeat: NodeName | null): Scenario {
  return { ...scenario, heartbeat, old: scenario.old === heartbeat ? null : scenario.old };
}

/** A crossover cable and a null-modem cable: a serial line that carries two messages in each keepalive at least. */
function drawCables(random: Random, keepalive: number): CableOptions[] {
  const baud = keepalive < 1000 ? 115_200 : random.pick([19_200, 38_400, 115_200]);
  return [
    {
      name: 'x0',
      medium: 'ucast',
      framing: random.pick(['netstring', 'netstring', 'netstring-inner', 'classic-datagram']),
      delay: 0.2,
      baud: null,
    },
    { name: 'ttyS0', medium: 'serial', framing: 'serial', delay: 0, baud },
  ];
}

/** One line that tells a reader what pair this is. */
export function describeScenario(s: Scenario): string {
  const failback = s.legacy ? 'legacy' : s.autoFailback ? 'on' : 'off';
  return [
    `keepalive ${s.keepalive} ms, deadtime ${s.deadtime} ms, initdead ${s.initdead} ms, auto_failback ${failback}`,
    `groups of ${s.groups.join(' and ')}, ${s.gateway ? 'a gateway' : 'no gateway'}`,
    `scripts take ${s.scriptTime.start} ms to start and ${s.scriptTime.stop} ms to stop`,
    `clocks run at ${s.rates.nodea} and ${s.rates.nodeb}`,
    `defences: ${describeDefences(s)}`,
    ...(s.heartbeat === null ? [] : [`${s.heartbeat} is a Heartbeat`]),
    ...(s.old === null ? [] : [`${s.old} does not know twinbeat=1`]),
  ].join('; ');
}

function describeDefences({ set, human, defences }: Scenario): string {
  const { takeoverDelay } = defences;
  if (human) return `${set} by a ${human.hasty ? 'hasty' : 'careful'} human after ${human.delay} ms`;
  return takeoverDelay ? `${set} of ${takeoverDelay} ms` : set;
}
