import type { Action } from '../../firmware-agent/core/action.ts';
import type { State } from '../../firmware-agent/core/state.ts';
import type { Opened } from '../../firmware-agent/wire/envelope.ts';
import { Random } from '../unit/support/random.ts';
import { aloneBound, doubleBound, recoveryBound, restTime } from './bounds.ts';
import { Circumstances } from './circumstances.ts';
import type { Stage } from './fault.ts';
import { Hearing } from './hearing.ts';
import { invariants, type Moment } from './invariants.ts';
import { isKnown } from './known.ts';
import { type NodeName, nodeNames } from './node-name.ts';
import { Operators } from './operators.ts';
import { drawPlan, type Fault, type FaultClass } from './plan.ts';
import { needHands, remedy } from './remedy.ts';
import { isAtRest, unrest } from './rest.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { ScriptMood, scriptsOf } from './scripts.ts';
import { Service, type Stretch } from './service.ts';
import { noTrace, type Trace } from './trace.ts';
import { type Watcher, World } from './world.ts';

export interface Violation {
  readonly seed: number;
  readonly invariant: string;
  readonly text: string;
  /** Virtual ms. */
  readonly at: number;
}

/** An outage or a double service, and the classes of the faults that were at work. */
export interface Observed extends Stretch {
  readonly classes: readonly FaultClass[];
}

export interface Result {
  readonly seed: number;
  /** Virtual ms that passed. */
  readonly duration: number;
  readonly classes: readonly FaultClass[];
  readonly stretches: readonly Observed[];
  readonly violation: Violation | null;
  /** The last violation that was known, by its name in `known.ts`: it does not end the run. */
  readonly known: string | null;
}

/** How often one looks while nothing but heartbeats happens, in ms. */
const glance = 500;

/**
 * Play the pair of one seed: `duration` virtual ms in which faults begin and end, then until both rest. It ends with
 * the first violation.
 */
export function play(seed: number, duration: number, trace: Trace = noTrace): Result {
  return new Run(seed, duration, trace).play();
}

class Run implements Watcher {
  readonly #seed: number;
  readonly #duration: number;
  readonly #trace: Trace;
  readonly #scenario: Scenario;
  readonly #plan: readonly Fault[];
  readonly #world: World;
  readonly #service: Service;
  readonly #hearing: Hearing;
  readonly #operators = new Operators();
  readonly #stage: Stage;
  readonly #stretches: Observed[] = [];
  readonly #bounds: Moment['bounds'];
  readonly #scriptsFail: boolean;
  readonly #circumstances: Circumstances;
  #logged: string[] = [];
  #violation: Violation | null = null;
  #known: string | null = null;

  constructor(seed: number, duration: number, trace: Trace) {
    const random = new Random(seed);
    const scenario = drawScenario(random);
    this.#seed = seed;
    this.#duration = duration;
    this.#trace = trace;
    this.#scenario = scenario;
    this.#plan = drawPlan(seed, scenario, duration);
    this.#bounds = {
      double: doubleBound(scenario, this.#plan),
      alone: aloneBound(scenario, this.#plan),
    };
    this.#scriptsFail = this.#plan.some(({ kind }) => needHands.includes(kind));
    const moods = { nodea: new ScriptMood(), nodeb: new ScriptMood() };
    const script = (node: NodeName) => scriptsOf(moods[node], scenario, random);
    this.#world = new World(scenario, random, script, this);
    this.#service = new Service(this.#world, (stretch) => this.#note(stretch));
    this.#hearing = new Hearing(this.#world);
    this.#circumstances = new Circumstances(this.#world, this.#hearing, moods);
    this.#stage = {
      world: this.#world,
      moods,
      command: (node, command, set) =>
        this.#world.command(node, () => this.#operators.ask(node, this.#world.clock.now), command, set),
    };
  }

  play(): Result {
    const { clock } = this.#world;
    this.#trace.begins(this.#seed, this.#scenario, this.#plan);
    for (const node of nodeNames) {
      clock.plan(this.#scenario.boots[node], () => {
        this.#trace.tell(clock.now, node, 'gets power');
        this.#world.powerOn(node);
      });
    }
    for (const fault of this.#plan) this.#schedule(fault);
    clock.run(this.#duration, () => this.#violation !== null);
    if (!this.#violation) this.#recover();
    this.#service.end();
    return {
      seed: this.#seed,
      duration: clock.now,
      classes: [...new Set(this.#plan.map(({ kind }) => kind))],
      stretches: this.#stretches,
      violation: this.#violation,
      known: this.#known,
    };
  }

  #schedule(fault: Fault): void {
    const { clock } = this.#world;
    clock.plan(fault.from, () => {
      this.#trace.tell(clock.now, 'fault', `${fault.text} (begins)`);
      fault.begin(this.#stage);
      this.#circumstances.look();
    });
    clock.plan(fault.until, () => {
      this.#trace.tell(clock.now, 'fault', `${fault.text} (ends)`);
      fault.end(this.#stage);
      this.#circumstances.look();
    });
  }

  /** Faults are over: both must come to rest, and stay at it. */
  #recover(): void {
    const { clock } = this.#world;
    const bound = recoveryBound(this.#scenario, this.#plan);
    const enough = restTime(this.#scenario);
    const begin = clock.now;
    let restedSince: number | null = null;
    this.#trace.tell(clock.now, 'fault', 'all faults are over');
    while (!this.#violation) {
      clock.run(glance, () => this.#violation !== null);
      if (!isAtRest(this.#world, this.#service)) restedSince = null;
      else restedSince ??= clock.now;
      if (restedSince !== null && clock.now - restedSince >= enough) {
        if (!this.#isHome()) this.#blame('comesHome', this.#whatMoves());
        return;
      }
      remedy(this.#stage, this.#service, this.#plan, clock.now - begin);
      if (restedSince === null && clock.now - begin > bound) {
        this.#blame('comesToRest', this.#whatMoves());
        return;
      }
    }
  }

  /** With automatic failback each group ends where it belongs, unless somebody moved it or a silence made both serve. */
  #isHome(): boolean {
    const { autoFailback, gateway, groups } = this.#scenario;
    if (!autoFailback || gateway || this.#plan.some(({ kind }) => !keepHome.includes(kind))) return true;
    return groups.every((owner) => this.#service.serversOf(owner).includes(owner));
  }

  #whatMoves(): string {
    const nodes = nodeNames.map(
      (node) => `${node}: ${unrest(this.#world.machine(node).agent.state) ?? 'rests'}`,
    );
    const served = this.#scenario.groups.map(
      (owner) => `groups of ${owner} served by ${this.#service.serversOf(owner).join(' and ') || 'nobody'}`,
    );
    return [...served, ...nodes].join('; ');
  }

  acted(node: NodeName, action: Action): void {
    if (action.do === 'log') this.#logged.push(action.text);
    if (action.do === 'answer') this.#operators.answered(action.id);
    this.#trace.acted(this.#world.clock.now, node, action);
  }

  sent(): void {}

  heard(node: NodeName, _link: string, opened: Opened): void {
    this.#hearing.heard(node, opened);
  }

  ended(node: NodeName): void {
    this.#operators.hungUp(node);
  }

  served(): void {
    this.#hearing.look();
    for (const owner of this.#service.look()) {
      const servers = this.#service.serversOf(owner).join(' and ');
      this.#trace.tell(this.#world.clock.now, 'LAN', `groups of ${owner} served by ${servers || 'nobody'}`);
    }
  }

  stepped(node: NodeName, state: State | null): void {
    this.#circumstances.look();
    const logged = this.#logged;
    if (logged.length > 0) this.#logged = [];
    const moment: Moment = {
      scenario: this.#scenario,
      bounds: this.#bounds,
      scriptsFail: this.#scriptsFail,
      world: this.#world,
      service: this.#service,
      hearing: this.#hearing,
      operators: this.#operators,
      ...this.#circumstances.ofStep(node),
      node,
      state,
      logged,
    };
    for (const [name, invariant] of checks) {
      const text = invariant(moment);
      if (text !== null) this.#blame(name, `${node}: ${text}`);
    }
  }

  #blame(invariant: string, text: string): void {
    if (this.#violation) return;
    const at = this.#world.clock.now;
    const violation = { seed: this.#seed, invariant, text, at };
    const known = isKnown(violation, this.#scenario);
    this.#trace.tell(at, known === null ? 'WRONG' : 'known', `${invariant}: ${text}`);
    if (known === null) this.#violation = violation;
    else this.#known = known;
  }

  /** Which faults were at work when it began, or until a deadtime and a bit before. */
  #note(stretch: Stretch): void {
    const before = 2 * this.#scenario.deadtime;
    const classes = this.#plan
      .filter(({ from, until }) => from <= stretch.until && until >= stretch.from - before)
      .map(({ kind }) => kind);
    this.#stretches.push({ ...stretch, classes: [...new Set(classes)] });
  }
}

const checks = Object.entries(invariants);

/** Faults after which automatic failback brings every group home. */
const keepHome: readonly FaultClass[] = [
  'power loss',
  'state lost',
  'graceful stop',
  'duplicate',
  'clock jump',
];
