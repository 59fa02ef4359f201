import type { Action } from '../../../firmware-agent/core/action.ts';
import { type Defences, noDefences, type Settings } from '../../../firmware-agent/core/settings.ts';
import type { Happened } from '../../../firmware-agent/events/event.ts';
import { Recorder } from '../../../firmware-agent/events/recorder.ts';
import { type Happening, Life } from '../../../firmware-agent/life.ts';
import { Composer } from '../../../firmware-agent/wire/compose.ts';
import { OppositeHeartbeat } from './opposite-heartbeat.ts';

const links = ['/dev/ttyS0', 'x0'] as const;
type Name = 'nodea' | 'nodeb';

/** What is different from an ordinary pair. */
export interface Wishes {
  readonly autoFailback?: boolean;
  /** Of nodea's group. */
  readonly key?: string;
  readonly defences?: Partial<Defences>;
}

/** One box: a life of the real core, and the recorder that watches it. */
class Box {
  readonly told: Happened[] = [];
  readonly recorder = new Recorder();
  life: Life;
  isOn = true;
  /** Milliseconds that its scripts take. */
  work = 20;
  /** Groups that do not start. */
  broken: readonly string[] = [];

  constructor(life: (box: Box) => Life) {
    this.life = life(this);
  }

  get texts(): string[] {
    return this.told.map(({ text }) => text);
  }

  of(...kinds: readonly string[]): string[] {
    return this.told.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text);
  }
}

/** Two of ours on two cables, in a time of their own; nodea prefers 10.78.0.100, nodeb `web`. */
export class ToldPair {
  now = 1000;
  readonly cut = new Set<string>();
  readonly nodea: Box;
  readonly nodeb: Box;
  readonly #plan: { readonly at: number; readonly act: () => void }[] = [];
  readonly #wishes: Wishes;

  constructor(wishes: Wishes = {}) {
    this.#wishes = wishes;
    this.nodea = new Box((box) => this.#life('nodea', box));
    this.nodeb = new Box((box) => this.#life('nodeb', box));
  }

  boot(...names: readonly Name[]): void {
    for (const name of names) this[name].life.happen({ kind: 'start' });
  }

  happen(name: Name, happening: Happening): void {
    this[name].life.happen(happening);
  }

  run(duration: number): void {
    const end = this.now + duration;
    while (this.now < end) {
      this.now += 10;
      for (const { at, act } of this.#plan.splice(0)) if (!this.#later(at, act)) act();
      for (const box of [this.nodea, this.nodeb])
        if (box.isOn && box.life.state.timer <= this.now) box.life.happen({ kind: 'tick' });
    }
  }

  /** No timer of a life outlives the test. */
  end(): void {
    for (const box of [this.nodea, this.nodeb]) box.life.end();
  }

  #later(at: number, act: () => void): boolean {
    if (at > this.now) this.#plan.push({ at, act });
    return at > this.now;
  }

  #life(name: Name, box: Box): Life {
    const settings = settingsOf(name, this.#wishes);
    const composer = new Composer({
      node: name,
      uuid: Buffer.from(settings.uuid, 'hex'),
      generation: settings.generation,
      ttl: 3,
    });
    return new Life(
      settings,
      () => this.now,
      (action) => this.#carryOut(name, box, composer, action),
      undefined,
      (seen) => box.told.push(...box.recorder.see(seen)),
    );
  }

  #carryOut(name: Name, box: Box, composer: Composer, action: Action): void {
    if (action.do === 'send') {
      const message = composer.compose(action, { ts: 1, load: 'n/a' });
      for (const link of links)
        this.#later(this.now + 10, () => {
          const other = name === 'nodea' ? this.nodeb : this.nodea;
          if (other.isOn && !this.cut.has(link)) other.life.happen({ kind: 'receive', link, message });
        });
    }
    if (action.do === 'acquire' || action.do === 'release') {
      const failed = action.do === 'acquire' ? box.broken : [];
      this.#later(this.now + box.work, () =>
        box.life.happen({ kind: 'finished', job: action.job, failed: [...failed] }),
      );
    }
    if (action.do === 'restart' || action.do === 'exit') box.isOn = false;
  }
}

/** What an ordinary pair is told. */
export function settingsOf(
  name: Name,
  { autoFailback = true, key = '10.78.0.100', defences }: Wishes = {},
): Settings {
  const isFirst = name === 'nodea';
  const keys = [[key], ['web']] as const;
  return {
    // What an ordinary node is told, but for what a pair differs in.
    ...new OppositeHeartbeat().state.settings,
    self: name,
    peer: isFirst ? 'nodeb' : 'nodea',
    uuid: (isFirst ? 'a' : 'b').repeat(32),
    generation: 7,
    keepalive: 1000,
    deadtime: 5000,
    warntime: 2500,
    initdead: 12_000,
    autoFailback,
    links: links.map((link, i) => ({ name: link, medium: i === 0 ? 'serial' : 'ucast', shared: false })),
    localKeys: keys[isFirst ? 0 : 1],
    foreignKeys: keys[isFirst ? 1 : 0],
    addressKeys: [key],
    defences: { ...noDefences, ...defences },
  };
}
