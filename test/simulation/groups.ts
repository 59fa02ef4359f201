import type { Holding } from '../../firmware-agent/core/holding.ts';
import { inSet, type NodeName } from './node-name.ts';

/** One run of a group's script. */
export interface ScriptRun {
  /** Milliseconds of the box's clock. */
  readonly takes: number;
  readonly fails: boolean;
  /** It says that all went well, and did nothing. */
  readonly lies: boolean;
}

export interface GroupsOptions {
  readonly node: NodeName;
  /** The nodes that have a line in haresources: each is one group of one address and one script. */
  readonly owners: readonly NodeName[];
  /** How a group is called when it failed. */
  readonly called: (owner: NodeName) => string;
  readonly script: (what: 'start' | 'stop', owner: NodeName) => ScriptRun;
  /** Least time in ms from a job's begin to its end. */
  readonly turn: number;
  /** Milliseconds of the box's clock from now; never once the agent that asked is gone. */
  readonly later: (delay: number, act: () => void) => void;
  /** An address came up here or went. */
  readonly changed: () => void;
}

type Tell = (outcome: 'reached' | 'failed' | 'superseded') => void;

/**
 * What stands in for `firmware-agent/resources` in virtual time, by the same rules: an address comes up in the call
 * that asks for it, then its script starts; a script stops before its address goes; the last wish counts, and a step
 * under way is finished first.
 */
export class Groups {
  readonly #groups: ReadonlyMap<NodeName, Group>;
  readonly #options: GroupsOptions;
  #up: readonly NodeName[] = [];

  constructor(options: GroupsOptions) {
    this.#options = options;
    const changed = () => {
      this.#up = [...this.#groups.values()]
        .filter(({ upSince }) => upSince > 0)
        .sort((a, b) => a.upSince - b.upSince)
        .map(({ owner }) => owner);
      options.changed();
    };
    this.#groups = new Map(options.owners.map((owner) => [owner, new Group(owner, { ...options, changed })]));
  }

  /** The owners of the groups whose address is on this box, in the order in which they came. */
  get up(): readonly NodeName[] {
    return this.#up;
  }

  /** The address of this owner's group is on this box. */
  has(owner: NodeName): boolean {
    return (this.#groups.get(owner)?.upSince ?? 0) > 0;
  }

  job(what: 'acquire' | 'release', set: Holding, key: string | null, done: (failed: string[]) => void): void {
    const { node, called, later, turn } = this.#options;
    const failed: string[] = [];
    const groups = [...this.#groups.values()].filter(
      ({ owner }) => inSet(node, owner, set) && (key === null || key === owner),
    );
    let open = groups.length + 1;
    const close = () => {
      open -= 1;
      if (open === 0) done(failed);
    };
    later(turn, close);
    for (const group of groups) {
      group.ask(what === 'acquire' ? 'up' : 'down', (outcome) => {
        if (outcome === 'failed') failed.push(called(group.owner));
        // Who is overtaken hears of it in a turn of his own.
        if (outcome === 'superseded') later(0, close);
        else close();
      });
    }
  }

  /** Something of this owner's group runs on this box: from the begin of a start until a stop that worked. */
  runs(owner: NodeName): boolean {
    return this.#groups.get(owner)?.runs ?? false;
  }

  /** The box has no power. */
  powerOff(): void {
    for (const group of this.#groups.values()) group.powerOff();
  }

  /** Every address goes in this call, whatever a script does; what is wished stays. */
  dropAddresses(): void {
    for (const group of this.#groups.values()) group.drop();
  }

  /** The peer may own the set: every address goes in this call, then every group is wished down. */
  abandon(set: Holding): void {
    const groups = [...this.#groups.values()].filter(({ owner }) => inSet(this.#options.node, owner, set));
    for (const group of groups) group.drop();
    for (const group of groups) group.ask('down', () => {});
  }

  /** The agent that asked is gone, and its children with it; the addresses stay. */
  orphan(): void {
    for (const group of this.#groups.values()) group.orphan();
  }

  /** Make true what scripts that lied told. */
  mend(): void {
    for (const group of this.#groups.values()) group.mend();
  }
}

/** Orders the changes of all groups. */
let changes = 0;

class Group {
  readonly owner: NodeName;
  /** The number of the change that brought its address up; 0: it is not up. */
  upSince = 0;
  #runs = false;
  /** What a script that lied told of that; null: the last told the truth. */
  #lie: boolean | null = null;
  #said = false;
  #goal: 'up' | 'down' | null = null;
  /** The number of the last wish: one that was taken back and wished again is another, and gone through anew. */
  #wish = 0;
  #waiting: Tell[] = [];
  #busy = false;
  /** The lie of the step under way came out. */
  #mended = false;
  readonly #options: GroupsOptions;

  constructor(owner: NodeName, options: GroupsOptions) {
    this.owner = owner;
    this.#options = options;
  }

  ask(goal: 'up' | 'down', tell: Tell): void {
    if (this.#goal === goal) {
      this.#waiting.push(tell);
      return;
    }
    this.#end('superseded');
    this.#wish += 1;
    this.#goal = goal;
    this.#waiting = [tell];
    if (!this.#busy) this.#work();
  }

  get runs(): boolean {
    return this.#runs;
  }

  drop(): void {
    this.#said = false;
    this.#set(false);
  }

  powerOff(): void {
    this.#lie = null;
    this.#setRuns(false);
    this.drop();
  }

  orphan(): void {
    this.#goal = null;
    this.#waiting = [];
    this.#busy = false;
  }

  mend(): void {
    this.#mended = true;
    if (this.#busy) return;
    this.#set(this.#said);
    if (this.#lie !== null) this.#setRuns(this.#lie);
  }

  #work(): void {
    const goal = this.#goal;
    const wish = this.#wish;
    if (goal === null) return;
    const { takes, fails, lies } = this.#options.script(goal === 'up' ? 'start' : 'stop', this.owner);
    if (goal === 'up' && !lies) {
      this.#setRuns(true);
      this.#set(true);
    }
    this.#busy = true;
    this.#mended = false;
    this.#options.later(takes, () => {
      this.#busy = false;
      const lied = lies && !this.#mended;
      this.#lie = lied && !fails ? goal === 'up' : null;
      // A start that failed is cleaned up; what did not stop runs on.
      if (!lied && (goal === 'up' || !fails)) this.#setRuns(goal === 'up' && !fails);
      if (this.#wish !== wish && this.#goal !== null) {
        this.#work();
        return;
      }
      this.#said = goal === 'up' && !fails;
      if (!this.#said && !lied) this.#set(false);
      if (this.#said && lies && this.#mended) this.#set(true);
      this.#goal = null;
      this.#end(fails ? 'failed' : 'reached');
    });
  }

  #end(outcome: Parameters<Tell>[0]): void {
    for (const tell of this.#waiting.splice(0)) tell(outcome);
  }

  #setRuns(runs: boolean): void {
    if (this.#runs === runs) return;
    this.#runs = runs;
    this.#options.changed();
  }

  #set(up: boolean): void {
    if (this.upSince > 0 === up) return;
    changes += 1;
    this.upSince = up ? changes : 0;
    this.#options.changed();
  }
}
