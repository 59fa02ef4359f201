import type { Level } from '../../../firmware-agent/core/action.ts';
import type { Settings } from '../../../firmware-agent/core/settings.ts';
import { Composer } from '../../../firmware-agent/wire/compose.ts';
import { History } from '../../../firmware-agent/wire/history.ts';
import type { Message } from '../../../firmware-agent/wire/message.ts';
import type { Random } from '../../unit/support/random.ts';
import type { Surroundings } from '../surroundings.ts';
import { dispatch } from './dispatch.ts';
import { NONE } from './masks.ts';
import { stopIfReady } from './stop.ts';

/** What is known of the peer (cluster.md 1, wire.md 7). */
export interface PeerRecord {
  status: string;
  /** 0: not known. */
  generation: number;
  lastSeq: number | null;
  readonly missing: Set<number>;
  /** The highest of our numbers that it acknowledged, and of its numbers that we did. */
  acked: number;
  told: number;
  /** When its last status came; null: none since it started. */
  lastStatusAt: number | null;
  lastStatusSeq: number;
  /** Its own announcement; null: none yet. */
  deadtime: number | null;
  /** It was heard since our start or its last death. */
  heard: boolean;
  /** It announced `shutdone`. */
  left: boolean;
}

type RState = 'INIT' | 'STARTING' | 'BOTHSTARTING' | 'RSCRCVD' | 'STABLE' | 'SHUTDOWN';
type Fields = readonly (readonly [name: string, value: string])[];

/** One life of a Heartbeat: its variables (cluster.md 2), its clock and its voice. The other files say what it does. */
export class Daemon {
  readonly around: Surroundings;
  readonly settings: Settings;
  readonly random: Random;
  readonly restart: (pause: number) => void;
  readonly history = new History();
  readonly composer: Composer;
  /** This life is over. */
  over = false;
  seq = 0;
  status: 'init' | 'up' | 'active' = 'init';
  readonly startedAt: number;
  lastBeatAt: number;
  linksUp = false;
  asksNodes = false;
  readonly peer: PeerRecord;
  readonly links = new Map<string, { up: boolean; at: number }>();
  readonly pings: Map<string, { status: 'init' | 'ping' | 'dead'; at: number }>;
  /** Which of every ten messages it acknowledges (wire.md 7.3). */
  readonly residue: number;
  /** When each of its messages was last sent again. */
  readonly resent = new Map<number, number>();

  rstate: RState = 'INIT';
  holds = NONE;
  otherHolds = NONE;
  otherStable = false;
  takeoverInProgress = false;
  needsFailback = false;
  retriesFailback = false;
  standby: 'NOT' | 'ME' | 'OTHER' | 'DONE' = 'NOT';
  standbyUntil: number | null = null;
  /** The other side of a handshake began a new life, or rests: it waits for an hour, for nothing. */
  isForgotten = false;
  children = 0;
  /** rc.d scripts that wait for their turn (cluster.md 4.4). */
  readonly scripts: ((done: () => void) => void)[] = [];
  /** What `ResourceManager status` would call running, and what was last asked of each group. */
  readonly running = new Set<string>();
  readonly wishes = new Map<string, 'acquire' | 'release'>();
  stopping: 'exit' | 'restart' | null = null;
  /** ipfail's delayed give-up: its set, and a mark that a newer one replaces. */
  giveUp: { readonly set: number } | null = null;
  needsStandby = false;

  constructor(around: Surroundings, random: Random, restart: (pause: number) => void) {
    this.around = around;
    this.random = random;
    this.restart = restart;
    const settings = around.newLife('none');
    this.settings = settings;
    this.startedAt = around.now();
    this.lastBeatAt = this.startedAt;
    this.residue = random.below(10);
    this.composer = new Composer({
      node: settings.self,
      uuid: Buffer.from(settings.uuid, 'hex'),
      generation: settings.generation,
      ttl: 3 + settings.pings.length,
    });
    this.pings = new Map(settings.pings.map((name) => [name, { status: 'init', at: this.startedAt }]));
    this.peer = {
      status: 'init',
      generation: 0,
      lastSeq: null,
      missing: new Set(),
      acked: 0,
      told: 0,
      lastStatusAt: null,
      lastStatusSeq: 0,
      deadtime: null,
      heard: false,
      left: false,
    };
  }

  get now(): number {
    return this.around.now();
  }

  log(level: Level, text: string): void {
    this.around.tell({ do: 'log', level, text });
  }

  /** In so many ms, if this life lasts so long. */
  later(delay: number, act: () => void): void {
    this.around.later(delay, this.alive(act));
  }

  /** What follows a wait: a step of its own, and nothing once this life is over. */
  alive<A extends unknown[]>(act: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      if (this.over) return;
      act(...args);
      this.ended();
    };
  }

  /** An event is over: a stop that waited may begin now (cluster.md 7.3). */
  ended(): void {
    stopIfReady(this);
    this.around.stepped();
  }

  /** Each message is processed here before it is sent: what that causes has a higher number and goes first (wire.md 7). */
  send(type: string, ...rest: Fields): void {
    this.seq += 1;
    const { seq } = this;
    const message = this.#compose(seq, [['t', type], ...rest]);
    this.history.add(seq, message);
    dispatch(this, message, true);
    this.around.send(message);
    if (type !== 'status') return;
    this.around.ping();
    this.around.kick();
  }

  /** A message about messages: no number. */
  whisper(type: string, ...rest: Fields): void {
    this.around.send(this.#compose(null, [['t', type], ['dest', this.settings.peer], ...rest]));
  }

  #compose(seq: number | null, fields: Fields): Message {
    this.around.tell({ do: 'send', seq, fields });
    return this.composer.compose({ seq, fields }, { ts: this.around.wallSeconds(), load: 'n/a' });
  }
}
