import { CableSignals } from './cable-signals.ts';
import { Cables } from './cables.ts';
import type { Config } from './config/config.ts';
import type { Action } from './core/action.ts';
import type { Happening } from './life.ts';
import { LoadAverage } from './load-average.ts';
import { mediaLines } from './media-lines.ts';
import { PingNodes } from './ping-nodes.ts';
import type { Log } from './resources/log.ts';
import { Composer } from './wire/compose.ts';
import { History } from './wire/history.ts';
import type { Keyring } from './wire/keyring.ts';

/** Hops that a message may make are counted from the nodes, ping nodes included (spec wire.md 4). */
const pairSize = 2;

export interface MediaOptions {
  readonly config: Config;
  readonly log: Log;
  /** Of messages, of what was none, and of media that break or work again. */
  readonly tell: (happening: Happening) => void;
  /** Of what came in on a serial cable, message or not. */
  readonly overheard: (link: string, bytes: Uint8Array) => void;
}

/** All that this node hears by and speaks through: the cables and the ping nodes, in one life after another. */
export class Media {
  readonly #config: Config;
  readonly #cables: Cables;
  readonly #pings: PingNodes;
  readonly #load = new LoadAverage();
  readonly #faults = new Map<string, string | null>();
  readonly #signals: CableSignals;
  #composer: Composer | null = null;
  #history = new History();

  constructor({ config, log, tell, overheard }: MediaOptions) {
    const { media, messageFormat, keys, pings } = config;
    this.#config = config;
    this.#signals = new CableSignals((link, missing) => tell({ kind: 'signal', link, missing }));
    for (const line of mediaLines(config)) log('info', line);
    this.#cables = new Cables(media, messageFormat, keys, {
      received: (link, message) => tell({ kind: 'receive', link, message }),
      refused: (link, { kind: reason, detail, level }) =>
        tell({ kind: 'refuse', link, reason, detail, level }),
      faulted: (link, fault) => {
        this.#faults.set(link, fault);
        tell({ kind: 'medium', link, fault });
      },
      signalled: (link, missing) => this.#signals.take(link, missing),
      noted: (link, text) => log('info', `${link}: ${text}.`),
      overheard,
    });
    this.#pings = new PingNodes(pings, keys, {
      answered: (link, message) => tell({ kind: 'receive', link, message }),
      faulted: (name, fault) => {
        if (fault === null) log('info', `ping ${name} works again.`);
        else log('WARN', `ping ${name}: ${fault}`);
      },
    });
  }

  /** What does not work now, and why. */
  faults(): { link: string; fault: string }[] {
    return [...this.#faults].flatMap(([link, fault]) => (fault === null ? [] : [{ link, fault }]));
  }

  /** What a new life has to be told of the media. */
  present(): Happening[] {
    return [
      ...[...this.#faults].map(([link, fault]) => ({ kind: 'medium', link, fault }) as const),
      ...this.#signals.present.map(([link, missing]) => ({ kind: 'signal', link, missing }) as const),
    ];
  }

  /** A new life speaks: nothing of an earlier one is sent again. */
  beginLife(uuid: Uint8Array, generation: number): void {
    const { self, pings, hopFudge } = this.#config;
    this.#history = new History();
    this.#composer = new Composer({
      node: self,
      uuid,
      generation,
      ttl: pairSize + pings.length + hopFudge,
    });
  }

  set generation(generation: number) {
    if (this.#composer) this.#composer.generation = generation;
  }

  /** Address the peer by this uuid from now on. */
  learn(uuid: Uint8Array): void {
    this.#composer?.learn(this.#config.peer, uuid);
  }

  send({ seq, fields }: Extract<Action, { do: 'send' }>): void {
    if (!this.#composer) return;
    const ts = Math.max(1, Math.floor(Date.now() / 1000));
    const message = this.#composer.compose({ seq, fields }, { ts, load: this.#load.line });
    if (seq !== null) this.#history.add(seq, message);
    const isHeartbeat = message.text('t') === 'status';
    this.#cables.send(message, isHeartbeat ? 'status' : undefined);
    if (isHeartbeat) this.#pings.send(ts);
  }

  resend(seq: number): void {
    const message = this.#history.get(seq);
    // Old heartbeats tell nothing but that they are old: one at most waits on a slow line.
    if (message) this.#cables.send(message, message.text('t') === 'status' ? 'old status' : undefined);
  }

  /**
   * The cable's port is wanted for something else; resolves with what gives it back, null where there is no port. Rejects in words
   * where somebody has it already.
   */
  rest(link: string, taker = 'the cable doctor'): Promise<(() => void) | null> {
    return this.#cables.rest(link, taker);
  }

  /** What the cable's hardware hears of the other end is not told, until what this returns is called. */
  hush(link: string): () => void {
    return this.#signals.hush(link);
  }

  /** Messages that left on a link. */
  sent(link: string): number {
    return this.#cables.sent(link);
  }

  /** The same of all links together, ping nodes left out. */
  get written(): number {
    return this.#cables.written;
  }

  useKeys(keys: Keyring): void {
    this.#cables.useKeys(keys);
    this.#pings.useKeys(keys);
  }

  async close(): Promise<void> {
    this.#load.close();
    await Promise.all([this.#cables.close(), this.#pings.close()]);
  }
}
