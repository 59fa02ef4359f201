import type { Action } from '../../firmware-agent/core/action.ts';
import type { SetWord } from '../../firmware-agent/core/event.ts';
import type { State } from '../../firmware-agent/core/state.ts';
import { Random } from '../unit/support/random.ts';
import type { Ailments, CableOptions } from './cable.ts';
import { type NodeName, nodeNames } from './node-name.ts';
import { World } from './world.ts';
import type { WorldOptions } from './world-options.ts';

export interface PairOptions
  extends Pick<
    WorldOptions,
    | 'keepalive'
    | 'deadtime'
    | 'initdead'
    | 'autoFailback'
    | 'legacy'
    | 'groups'
    | 'gateway'
    | 'defences'
    | 'configurations'
  > {
  /** The seat of a Heartbeat; absent: both are ours. */
  readonly heartbeat?: NodeName | null;
  /** How long groups take to come up or go down, in ms. */
  readonly work: number;
  /** Milliseconds; null: no watchdog. */
  readonly watchdog: number | null;
}

export const defaultOptions: PairOptions = {
  keepalive: 1000,
  deadtime: 5000,
  initdead: 10_000,
  autoFailback: true,
  legacy: false,
  groups: ['nodea'],
  gateway: false,
  defences: {},
  work: 20,
  watchdog: null,
};

/** Both carry the same bytes, so that what was recorded on one can be played on the other. */
const cables: readonly CableOptions[] = [
  { name: 'x0', medium: 'ucast', framing: 'netstring', delay: 1, baud: null },
  { name: 'ttyS0', medium: 'serial', framing: 'netstring', delay: 110, baud: null },
];

/** Sealed messages that are kept for replays. */
const mostCaptured = 2000;

interface Captured {
  readonly from: NodeName;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A world without chance of its own, as the commands of a transcript move it. Whatever a node does is told to `tell`, in order. */
export class Pair {
  readonly world: World;
  /** Every message that left a box: material for replays. */
  readonly captured: Captured[] = [];
  /** Nodes on which no group starts. */
  readonly broken = new Set<NodeName>();
  /** Nodes on which no group stops. */
  readonly stuck = new Set<NodeName>();

  /** `seed` decides what the cables do by chance, where they are made ill. */
  constructor(options: PairOptions, tell: (node: NodeName, action: Action) => void, seed = 1) {
    this.world = new World(
      {
        ...options,
        claims: false,
        bootTime: null,
        fenceTime: 1000,
        cables,
        key: { index: 1, method: 'sha1', secret: 'Test-Key-1' },
        old: null,
        heartbeat: options.heartbeat ?? null,
        rates: { nodea: 1, nodeb: 1 },
        generation: 0x1000,
        called: (owner) => owner,
        turn: options.work,
      },
      new Random(seed),
      (node) => (what) => ({
        takes: options.work,
        fails: (what === 'start' ? this.broken : this.stuck).has(node),
        lies: false,
      }),
      {
        acted: tell,
        sent: (from, frame) => {
          this.captured.push({ from, type: frame.message.text('t') ?? '', bytes: frame.bytes('netstring') });
          if (this.captured.length > mostCaptured) this.captured.shift();
        },
        heard: () => {},
        stepped: () => {},
        ended: () => {},
        served: () => {},
      },
    );
  }

  run(duration: number): void {
    this.world.clock.run(duration);
  }

  state(name: NodeName): State | null {
    return this.world.machine(name).agent.state;
  }

  boot(name: NodeName): void {
    this.world.powerOn(name);
  }

  /** Another box in its place, without power: it knows nothing, and makes its first generation from its clock. */
  replace(name: NodeName, generation: number): void {
    this.world.powerOff(name);
    const machine = this.world.machine(name);
    machine.uuid = machine.uuid.map((byte) => byte ^ 0xff);
    machine.generation = generation;
  }

  /** Both directions of a cable are cut, or whole again. */
  cut(link: string, isCut: boolean): void {
    for (const ailments of this.ailments(link)) ailments.cuts = isCut ? 1 : 0;
  }

  /** What is wrong with a cable, for each direction. */
  ailments(link: string): Ailments[] {
    const cable = this.world.cables.find(({ options }) => options.name === link);
    if (!cable) throw new Error(`no such cable: ${link}`);
    return nodeNames.map((node) => cable.from(node).ailments);
  }

  command(name: NodeName, command: 'standby' | 'takeover', set: SetWord): void {
    this.world.command(name, () => 1, command, set);
  }

  /** Bytes on a cable's end, as if they had come over it. */
  deliver(name: NodeName, link: string, bytes: Uint8Array): void {
    const { agent } = this.world.machine(name);
    agent.hear(link, this.world.frames.open(bytes));
  }
}
