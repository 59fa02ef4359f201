import type { Action } from '../../firmware-agent/core/action.ts';
import type { Event, SetWord } from '../../firmware-agent/core/event.ts';
import { type Holding, includes, mirror } from '../../firmware-agent/core/holding.ts';
import { initialState, type MediumKind, type State } from '../../firmware-agent/core/state.ts';
import { step } from '../../firmware-agent/core/step.ts';
import { Composer } from '../../firmware-agent/wire/compose.ts';
import { open, seal } from '../../firmware-agent/wire/envelope.ts';
import { History } from '../../firmware-agent/wire/history.ts';
import type { Key, Keyring } from '../../firmware-agent/wire/keyring.ts';
import { Message } from '../../firmware-agent/wire/message.ts';
import { Clockwork } from './clockwork.ts';

/** An event without its time: the pair knows what time it is. */
type Happening = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

export type NodeName = 'nodea' | 'nodeb';
export const nodeNames: readonly NodeName[] = ['nodea', 'nodeb'];

export interface PairOptions {
  readonly keepalive: number;
  readonly deadtime: number;
  readonly initdead: number;
  readonly autoFailback: boolean;
  readonly legacy: boolean;
  /** Which nodes have a line in haresources. */
  readonly groups: readonly NodeName[];
  /** A ping node on the LAN, with ipfail built on it. */
  readonly gateway: boolean;
  /** How long groups take to come up or go down, in ms. */
  readonly work: number;
}

export const defaultOptions: PairOptions = {
  keepalive: 1000,
  deadtime: 5000,
  initdead: 10_000,
  autoFailback: true,
  legacy: false,
  groups: ['nodea'],
  gateway: false,
  work: 20,
};

/** Cables of the simulated pair, with the time that a message takes on each. */
const cables: Readonly<Record<string, { readonly medium: MediumKind; readonly delay: number }>> = {
  x0: { medium: 'ucast', delay: 1 },
  ttyS0: { medium: 'serial', delay: 110 },
};

const key: Key = { index: 1, method: 'sha1', secret: 'Test-Key-1' };
const keyring: Keyring = { signing: key, keys: new Map([[1, key]]) };

/** One box: a real core, the real wire code, and the groups that it serves. */
class Box {
  state: State | null = null;
  frozen = false;
  /** Groups do not start here. */
  broken = false;
  /** Its cable to the LAN is in. */
  seesGateway = true;
  /** The nodes whose groups are up here. */
  readonly serves = new Set<NodeName>();
  readonly waiting: Happening[] = [];
  composer: Composer;
  history = new History();
  generation = 0x1000;
  /** Changes with every life: what was planned for an earlier one is void. */
  life = 0;
  readonly name: NodeName;
  uuid: Uint8Array;

  constructor(name: NodeName) {
    this.name = name;
    this.uuid = new Uint8Array(16).fill(name === 'nodea' ? 0xaa : 0xbb);
    this.composer = this.#newComposer();
  }

  newLife(): void {
    this.life += 1;
    this.generation += 1;
    this.composer = this.#newComposer();
    this.history = new History();
  }

  #newComposer(): Composer {
    return new Composer({ node: this.name, uuid: this.uuid, generation: this.generation, ttl: 3 });
  }
}

/** Two boxes and two cables in virtual time. Whatever happens is told to `tell`, in order. */
export class Pair {
  readonly clock = new Clockwork();
  readonly cut = new Set<string>();
  /** Whether a cable loses the next message. */
  loses: (link: string) => boolean = () => false;
  /** Every sealed message that left a box: material for replays. */
  readonly captured: { readonly from: NodeName; readonly type: string; readonly bytes: Uint8Array }[] = [];
  readonly #boxes: Record<NodeName, Box> = { nodea: new Box('nodea'), nodeb: new Box('nodeb') };
  readonly #options: PairOptions;
  readonly #tell: (node: NodeName, action: Action) => void;

  constructor(options: PairOptions, tell: (node: NodeName, action: Action) => void) {
    this.#options = options;
    this.#tell = tell;
  }

  box(name: NodeName): Box {
    return this.#boxes[name];
  }

  state(name: NodeName): State {
    const { state } = this.#boxes[name];
    if (!state) throw new Error(`${name} is off`);
    return state;
  }

  boot(name: NodeName): void {
    const box = this.#boxes[name];
    box.newLife();
    box.state = initialState({
      self: name,
      peer: other(name),
      nodes: ['nodea', 'nodeb'],
      uuid: Buffer.from(box.uuid).toString('hex'),
      generation: box.generation,
      generationIsNew: false,
      keepalive: this.#options.keepalive,
      deadtime: this.#options.deadtime,
      warntime: this.#options.deadtime / 2,
      initdead: this.#options.initdead,
      deadping: this.#options.deadtime,
      autoFailback: this.#options.autoFailback,
      legacy: this.#options.legacy,
      links: Object.entries(cables).map(([link, { medium }]) => ({ name: link, medium, shared: false })),
      pings: this.#options.gateway ? ['gateway'] : [],
      ipfail: this.#options.gateway,
      ackResidue: name === 'nodea' ? 3 : 7,
      localKeys: this.#options.groups.filter((group) => group === name),
      foreignKeys: this.#options.groups.filter((group) => group !== name),
    });
    this.happen(name, { kind: 'start' });
  }

  /** Loss of power: no last word, and nothing is served any more. */
  powerOff(name: NodeName): void {
    const box = this.#boxes[name];
    box.state = null;
    box.life += 1;
    box.frozen = false;
    box.waiting.length = 0;
    box.serves.clear();
  }

  /** Another box in its place, without power: it knows nothing, and makes its first generation from its clock. */
  replace(name: NodeName, generation: number): void {
    this.powerOff(name);
    const box = this.#boxes[name];
    box.uuid = box.uuid.map((byte) => byte ^ 0xff);
    box.generation = generation;
  }

  freeze(name: NodeName): void {
    this.#boxes[name].frozen = true;
  }

  thaw(name: NodeName): void {
    const box = this.#boxes[name];
    box.frozen = false;
    for (const happening of box.waiting.splice(0)) this.happen(name, happening);
    this.happen(name, { kind: 'tick' });
  }

  command(name: NodeName, command: 'standby' | 'takeover', set: SetWord): void {
    this.happen(name, { kind: 'command', id: 1, command, set });
  }

  /** Bytes on a cable's end, as if they had come over it. */
  deliver(name: NodeName, link: string, bytes: Uint8Array): void {
    const opened = open(bytes, keyring);
    if (opened.ok) this.happen(name, { kind: 'receive', link, message: opened.message });
    else this.happen(name, { kind: 'refuse', link, reason: opened.kind, detail: opened.detail });
  }

  happen(name: NodeName, happening: Happening): void {
    const box = this.#boxes[name];
    if (!box.state) return;
    if (box.frozen) {
      box.waiting.push(happening);
      return;
    }
    const result = step(box.state, { ...happening, at: this.clock.now } as Event);
    box.state = result.state;
    for (const action of result.actions) {
      this.#tell(name, action);
      this.#carryOut(box, action);
    }
  }

  #carryOut(box: Box, action: Action): void {
    switch (action.do) {
      case 'send': {
        const message = box.composer.compose(action, {
          ts: 1 + Math.floor(this.clock.now / 1000),
          load: 'n/a',
        });
        if (action.seq !== null) box.history.add(action.seq, message);
        this.#transmit(box, seal(message, key, { framing: 'netstring' }), message.text('t') ?? '');
        if (message.text('t') === 'status') this.#ping(box);
        break;
      }
      case 'resend': {
        const message = box.history.get(action.seq);
        if (message)
          this.#transmit(box, seal(message, key, { framing: 'netstring' }), message.text('t') ?? '');
        break;
      }
      case 'learn':
        box.composer.learn(other(box.name), Buffer.from(action.uuid, 'hex'));
        break;
      case 'generation':
        box.generation = action.generation;
        box.composer.generation = action.generation;
        break;
      case 'acquire':
      case 'release':
        this.#later(box, this.#options.work, () => {
          const failed: string[] = [];
          for (const owner of nodeNames) {
            if (!inSet(box.name, owner, action.set) || !this.#options.groups.includes(owner)) continue;
            if (action.do === 'acquire' && box.broken) failed.push(`groups of ${owner}`);
            else if (action.do === 'acquire') box.serves.add(owner);
            else box.serves.delete(owner);
          }
          this.happen(box.name, { kind: 'finished', job: action.job, failed });
        });
        break;
      case 'abandon':
        box.serves.clear();
        break;
      case 'timer':
        if (action.at !== Number.POSITIVE_INFINITY) {
          this.#later(box, action.at - this.clock.now, () => {
            if (box.state?.timer === action.at) this.happen(box.name, { kind: 'tick' });
          });
        }
        break;
      case 'restart':
        box.state = null;
        this.#later(box, action.after, () => this.boot(box.name));
        break;
      case 'exit':
        box.state = null;
        break;
      default:
        break;
    }
  }

  /** Each heartbeat goes with an echo request. */
  #ping(box: Box): void {
    if (!this.#options.gateway) return;
    this.#later(box, 1, () => {
      if (!box.seesGateway) return;
      const message = Message.of({ t: 'NS_st', st: 'ping', info: 'ping', src: 'gateway', ts: '1' });
      this.happen(box.name, { kind: 'receive', link: 'gateway', message });
    });
  }

  #later(box: Box, delay: number, act: () => void): void {
    const { life } = box;
    this.clock.plan(this.clock.now + delay, () => {
      if (box.life === life) act();
    });
  }

  #transmit(box: Box, bytes: Uint8Array, type: string): void {
    this.captured.push({ from: box.name, type, bytes });
    if (this.captured.length > 2000) this.captured.shift();
    const to = other(box.name);
    for (const [link, { delay }] of Object.entries(cables)) {
      if (this.cut.has(link) || this.loses(link)) continue;
      this.clock.plan(this.clock.now + delay, () => {
        if (!this.cut.has(link)) this.deliver(to, link, bytes);
      });
    }
  }
}

export function other(name: NodeName): NodeName {
  return name === 'nodea' ? 'nodeb' : 'nodea';
}

/** Whether the groups that prefer `owner` belong to `set` as `holder` means it. */
function inSet(holder: NodeName, owner: NodeName, set: Holding): boolean {
  return includes(set, holder === owner ? 'local' : mirror('local'));
}
