import { errorText } from '../../hw/error.ts';
import type { GroupConfig } from '../config/config.ts';
import { type BuildOptions, resourceBuilder } from './build.ts';
import { noCourse } from './course.ts';
import { Group, type GroupStatus } from './group.ts';
import { inTheNameOf, type Log, manager } from './log.ts';
import type { LookResult } from './look-result.ts';
import { Lookout } from './lookout.ts';

export type { Rival } from './build.ts';
export type { LookResult } from './look-result.ts';

/** From this node's own point of view: local groups prefer it, foreign ones prefer the peer (spec cluster.md 2). */
export type GroupSet = 'none' | 'local' | 'foreign' | 'all';

/** The groups that a job is about: a set, or the one of it with this key. */
export interface Which {
  readonly set: GroupSet;
  readonly key: string | null;
}

export interface JobResult {
  /** Every group of the set got there. */
  readonly ok: boolean;
  /** The keys of the groups that could not. One that was wished otherwise meanwhile is none of them: nothing is wrong with it. */
  readonly failed: readonly string[];
  /** In words; null where all is well. */
  readonly reason: string | null;
}

export interface Leftovers {
  /** What was removed, as in `10.0.0.100/24 on eth0`. */
  readonly removed: readonly string[];
  /** The keys of the groups whose addresses could not be looked for or removed; each is logged. */
  readonly failed: readonly string[];
}

export interface ResourceManagerOptions extends BuildOptions {
  readonly groups: readonly GroupConfig[];
}

/** All groups of haresources. They go up and down side by side; one that hangs holds up no other. */
export class ResourceManager {
  readonly #self: string;
  readonly #groups: readonly Group[];
  readonly #log: Log;
  readonly #lookout: Lookout;

  constructor(options: ResourceManagerOptions) {
    const { self, log } = options;
    const build = resourceBuilder(options);
    const asManager = inTheNameOf(manager, log);
    this.#lookout = new Lookout(options);
    this.#self = self;
    this.#log = log;
    this.#groups = options.groups.map(
      ({ node, key, resources }) =>
        new Group({
          node,
          key,
          resources: resources.map((resource) => build(resource, key)),
          log: asManager,
        }),
    );
  }

  /**
   * The addresses that stand first in their groups are there when this returns. `done` hears once, later: when every
   * group of the set is up, has failed and was stopped, or was wished down meanwhile. `course`: what scripts find of the event.
   */
  acquire(which: Which, done: (result: JobResult) => void, course = noCourse): void {
    this.#job('acquire', which, done, course);
  }

  /** As `acquire`; not ok means that something of the set must be taken to be still running here. */
  release(which: Which, done: (result: JobResult) => void): void {
    this.#job('release', which, done);
  }

  /**
   * Ask the network whether another machine has the set's built-in addresses, those that are here left out: three probes
   * each within 10 ms, all over in some 45 ms, in 100 at the most. Several looks may go on at the same time, eight at the most; one too many
   * is blind. `done` hears once, later. Returns what cancels it: `done` hears nothing then.
   */
  look(which: Which, done: (result: LookResult) => void): () => void {
    return this.#lookout.look(
      this.#groupsOf(which).flatMap((group) => group.wanted()),
      done,
    );
  }

  /** The peer may own the set: every built-in address goes in this very call; then all its groups are released. */
  releaseNow(set: GroupSet): void {
    const groups = this.#groupsOf({ set, key: null });
    for (const group of groups) group.dropAddresses();
    for (const group of groups) group.release(() => {});
  }

  /** Tell the neighbours of every address that is up here whose it is: a rival has let go of it. */
  announce(): void {
    for (const group of this.#groups) group.announce();
  }

  report(): GroupStatus[] {
    return this.#groups.map((group) => group.status());
  }

  /** The first group whose address is up while its stop hangs; null: none. */
  hangingGroup(): string | null {
    return this.#groups.find((group) => group.hangs)?.key ?? null;
  }

  /** Where on this box the groups' built-in addresses are now, in words. @throws ResourceError */
  strayAddresses(): string[] {
    return this.#groups.filter((group) => group.idle).flatMap((group) => group.found());
  }

  /**
   * Remove what an agent that died has left: for the time before this node joins, when its peer may own
   * the addresses. Groups that have been asked for are left alone, and those of a set that is to stay up.
   */
  clearLeftovers(keeps: GroupSet = 'none'): Leftovers {
    const removed: string[] = [];
    const failed: string[] = [];
    const kept = this.#groupsOf({ set: keeps, key: null });
    for (const group of this.#groups.filter((group) => group.idle && !kept.includes(group))) {
      try {
        const found = group.found();
        for (const place of found) {
          this.#log(
            'WARN',
            `${place} is here although nobody started it: left by an agent that died, removed.`,
          );
        }
        if (found.length > 0) group.dropAddresses();
        const remaining = group.found();
        if (remaining.length > 0) failed.push(group.key);
        removed.push(...found.filter((place) => !remaining.includes(place)));
      } catch (error) {
        this.#log('ERROR', `${group.key}: ${errorText(error)}`);
        failed.push(group.key);
      }
    }
    return { removed, failed };
  }

  /** Begin nothing any more; who still waits is told that he was superseded. What is up stays up. */
  dispose(): void {
    this.#lookout.close();
    for (const group of this.#groups) group.dispose();
  }

  #groupsOf({ set, key }: Which): Group[] {
    return this.#groups.filter((group) => this.#isIn(group, set) && (key === null || group.key === key));
  }

  #job(
    what: 'acquire' | 'release',
    which: Which,
    done: (result: JobResult) => void,
    course = noCourse,
  ): void {
    const groups = this.#groupsOf(which);
    const failed: string[] = [];
    const superseded: string[] = [];
    let open = groups.length;
    const finish = (): void => done(resultOf(what, failed, superseded));
    if (open === 0) queueMicrotask(finish);
    for (const group of groups) {
      group[what]((outcome) => {
        if (outcome === 'failed') failed.push(group.key);
        if (outcome === 'superseded') superseded.push(group.key);
        open -= 1;
        if (open === 0) finish();
      }, course(group.key));
    }
  }

  #isIn(group: Group, set: GroupSet): boolean {
    if (set === 'all' || set === 'none') return set === 'all';
    return (group.node === this.#self) === (set === 'local');
  }
}

function resultOf(
  what: 'acquire' | 'release',
  failed: readonly string[],
  superseded: readonly string[],
): JobResult {
  const reasons = [
    ...(failed.length > 0 ? [`could not ${what} ${failed.join(' ')}`] : []),
    ...(superseded.length > 0 ? [`superseded by a later wish: ${superseded.join(' ')}`] : []),
  ];
  return {
    ok: reasons.length === 0,
    failed,
    reason: reasons.length === 0 ? null : reasons.join('; '),
  };
}
