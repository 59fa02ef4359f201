import { errorText } from '../../hw/error.ts';
import type { Log } from './log.ts';
import type { Wanted } from './lookout.ts';
import { type GroupState, Member, type ResourceStatus } from './member.ts';
import type { Resource, Variables } from './resource.ts';
import { type Tell, Wish } from './wish.ts';

export interface GroupStatus {
  readonly key: string;
  /** The node that the group prefers. */
  readonly prefers: string;
  readonly state: GroupState;
  readonly resources: readonly ResourceStatus[];
}

export interface GroupOptions {
  /** The node that the group prefers. */
  readonly node: string;
  readonly key: string;
  /** In the order of haresources. */
  readonly resources: readonly Resource[];
  readonly log: Log;
}

/**
 * One line of haresources: started left to right, stopped right to left. The last wish counts: a step that
 * is under way when the opposite is wished is finished (or ended by its time limit), then the group turns round.
 */
export class Group {
  readonly key: string;
  readonly node: string;
  readonly #members: readonly Member[];
  readonly #log: Log;
  #state: GroupState = 'stopped';
  #wish: Wish | undefined;
  #working = false;
  #disposed = false;

  constructor(options: GroupOptions) {
    this.key = options.key;
    this.node = options.node;
    this.#log = options.log;
    this.#members = options.resources.map((resource) => new Member(resource, options.log));
  }

  /** The addresses that stand first in an idle group are there when this returns. `event`: for the environment of scripts. */
  acquire(tell: Tell, event: Variables = {}): void {
    this.#ask('up', tell, event);
  }

  /** Stops every resource, also those that were never started here. */
  release(tell: Tell): void {
    this.#ask('down', tell);
  }

  /** Drop the addresses now, in this very call, whatever else goes on. A `release` must follow for the rest. */
  dropAddresses(): void {
    const ended = AbortSignal.abort();
    for (const member of this.#members.toReversed()) if (member.resource.instant) member.stop(ended);
  }

  /** Tell the neighbours again whose this group's addresses are. */
  announce(): void {
    for (const { resource } of this.#members) if (resource.instant) resource.announce();
  }

  /** What others must not have when this group comes up. */
  wanted(): Wanted[] {
    const { key } = this;
    return this.#members.flatMap(({ resource }) =>
      resource.instant && resource.sought !== null ? [{ key, sought: resource.sought }] : [],
    );
  }

  /** Where this group's addresses are on this box now, in words. @throws ResourceError */
  found(): readonly string[] {
    return this.#members.flatMap(({ resource }) => (resource.instant ? resource.found() : []));
  }

  get idle(): boolean {
    return this.#state === 'stopped' && this.#wish === undefined;
  }

  /** A stop hangs while an address is up: nobody is served by it, and nobody else can have it. */
  get hangs(): boolean {
    if (this.#state !== 'stopping' || !this.#hasAddress()) return false;
    return this.#members.some(({ resource }) => !resource.instant && resource.hangs === true);
  }

  status(): GroupStatus {
    const resources = this.#members.map((member) => member.status());
    return { key: this.key, prefers: this.node, state: this.#state, resources };
  }

  /** Begin nothing any more; what is up stays up. */
  dispose(): void {
    this.#disposed = true;
    this.#wish?.supersede();
    this.#wish = undefined;
    for (const { resource } of this.#members) if (resource.instant) resource.dispose();
  }

  #ask(goal: 'up' | 'down', tell: Tell, event: Variables = {}): void {
    if (this.#disposed) {
      queueMicrotask(() => tell('superseded'));
      return;
    }
    if (this.#wish?.goal === goal) {
      this.#wish.join(tell);
      return;
    }
    this.#wish?.supersede();
    this.#wish = new Wish(goal, tell, event);
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let wish = this.#wish; wish !== undefined; wish = this.#wish) {
      const reached = wish.goal === 'up' ? await this.#bringUp(wish) : await this.#bringDown(wish);
      if (wish.signal.aborted) continue;
      this.#wish = undefined;
      wish.end(reached ? 'reached' : 'failed');
    }
    this.#working = false;
  }

  async #bringUp(wish: Wish): Promise<boolean> {
    this.#state = 'starting';
    this.#log('info', `Acquiring resource group: ${this.#words()}`);
    for (const member of this.#members) {
      try {
        // Awaited only where it must be: the first addresses come up in the turn of the event that asked for them.
        const starting = member.start(wish.signal, wish.event);
        if (starting !== undefined) await starting;
      } catch (error) {
        this.#log('ERROR', errorText(error));
        return await this.#giveUp(member, error, wish);
      }
      if (wish.signal.aborted) return false;
    }
    this.#state = 'running';
    return true;
  }

  async #giveUp(culprit: Member, error: unknown, wish: Wish): Promise<false> {
    if (!wish.signal.aborted) {
      this.#log('CRIT', `Giving up resources due to failure of ${culprit.resource.text}`);
      await this.#stopAll(wish);
    }
    culprit.fail(error);
    this.#state = 'failed';
    return false;
  }

  async #bringDown(wish: Wish): Promise<boolean> {
    const stopped = await this.#stopAll(wish);
    this.#state = stopped ? 'stopped' : 'failed';
    return stopped;
  }

  /** One that does not stop does not keep the others from being stopped. */
  async #stopAll(wish: Wish): Promise<boolean> {
    this.#state = 'stopping';
    this.#log('info', `Releasing resource group: ${this.#words()}`);
    let stopped = true;
    for (const member of this.#members.toReversed()) {
      const stopping = member.stop(wish.signal);
      stopped = (typeof stopping === 'boolean' ? stopping : await stopping) && stopped;
      if (wish.signal.aborted) return false;
    }
    return stopped;
  }

  #hasAddress(): boolean {
    return this.#members.some((member) => member.resource.instant && member.status().state !== 'stopped');
  }

  #words(): string {
    return [this.node, ...this.#members.map(({ resource }) => resource.text)].join(' ');
  }
}
