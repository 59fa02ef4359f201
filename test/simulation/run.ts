import type { Action } from '../../firmware-agent/core/action.ts';
import type { State } from '../../firmware-agent/core/state.ts';
import type { Opened } from '../../firmware-agent/wire/envelope.ts';
import { Random } from '../unit/support/random.ts';
import { boundsOf } from './bounds.ts';
import { Circumstances } from './circumstances.ts';
import type { DefenceSet } from './defence-sets.ts';
import type { Stage } from './fault.ts';
import { Hearing } from './hearing.ts';
import { heartbeatSeat, kindOf, type PairKind, type Peers } from './heartbeat/peers.ts';
import { Attendant } from './human.ts';
import { invariants, type Moment } from './invariants.ts';
import { isKnown } from './known.ts';
import { type NodeName, nodeNames } from './node-name.ts';
import { Operators } from './operators.ts';
import { drawPlan, type Fault, type FaultClass } from './plan.ts';
import { recover } from './recovery.ts';
import { needHands } from './remedy.ts';
import { drawScenario, type Scenario, withDefences, withPeer } from './scenario.ts';
import { ScriptMood, scriptsOf } from './scripts.ts';
import { Service, type Stretch } from './service.ts';
import { noTrace, type Trace } from './trace.ts';
import { type Watcher, World } from './world.ts';

/** Which pair is played. */
export interface Order {
  readonly seed: number;
  readonly defences: DefenceSet;
  /** Absent: both are ours. */
  readonly peers?: Peers;
  /** Virtual ms in which faults begin and end. */
  readonly duration: number;
}

export interface Violation {
  readonly seed: number;
  readonly defences: DefenceSet;
  readonly peers: PairKind;
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
  readonly defences: DefenceSet;
  readonly peers: PairKind;
  /** Virtual ms that passed. */
  readonly duration: number;
  readonly classes: readonly FaultClass[];
  readonly stretches: readonly Observed[];
  readonly violation: Violation | null;
  /** The last violation that was known, by its name in `known.ts`: it does not end the run. */
  readonly known: string | null;
}

/** Play one pair: its faults, then until both rest. It ends with the first violation. */
export function play(order: Order, trace: Trace = noTrace): Result {
  return new Run(order, trace).play();
}

class Run implements Watcher {
  readonly #order: Order;
  readonly #trace: Trace;
  readonly #scenario: Scenario;
  readonly #plan: readonly Fault[];
  readonly #world: World;
  readonly #service: Service;
  readonly #hearing: Hearing;
  readonly #operators = new Operators();
  readonly #stage: Stage;
  readonly #stretches: Observed[] = [];
  readonly #circumstances: Circumstances;
  readonly #attendant: Attendant | null;
  /** What the invariants are shown: one for all steps, as most of it stays. */
  readonly #moment: { -readonly [Key in keyof Moment]: Moment[Key] };
  #logged: string[] = [];
  #violation: Violation | null = null;
  #known: string | null = null;

  constructor(order: Order, trace: Trace) {
    const { seed, defences, duration, peers = 'own' } = order;
    const random = new Random(seed);
    const pair = withPeer(drawScenario(random), heartbeatSeat(peers, seed));
    const scenario = withDefences(pair, defences, seed);
    this.#order = order;
    this.#trace = trace;
    this.#scenario = scenario;
    this.#plan = drawPlan(seed, scenario, duration);
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
      confirm: (node) => this.#world.confirm(node, () => this.#operators.ask(node, this.#world.clock.now)),
    };
    this.#moment = {
      scenario,
      bounds: boundsOf(scenario, this.#plan),
      scriptsFail: this.#plan.some(({ kind }) => needHands.includes(kind)),
      world: this.#world,
      service: this.#service,
      hearing: this.#hearing,
      operators: this.#operators,
      alone: 0,
      cutOff: 0,
      contested: 0,
      liedAt: Number.NEGATIVE_INFINITY,
      before: null,
      slept: 0,
      stepsAtOnce: 0,
      node: 'nodea',
      state: null,
      logged: [],
    };
    this.#attendant = scenario.human && new Attendant(scenario.human, this.#stage);
  }

  play(): Result {
    const { clock } = this.#world;
    this.#trace.begins(this.#order.seed, this.#scenario, this.#plan);
    for (const node of nodeNames) {
      clock.plan(this.#scenario.boots[node], () => {
        this.#trace.tell(clock.now, node, 'gets power');
        this.#world.powerOn(node);
      });
    }
    for (const fault of this.#plan) this.#schedule(fault);
    clock.run(this.#order.duration, () => this.#violation !== null);
    if (!this.#violation) this.#recover();
    this.#service.end();
    return {
      seed: this.#order.seed,
      defences: this.#order.defences,
      peers: kindOf(this.#scenario.heartbeat),
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

  #recover(): void {
    this.#trace.tell(this.#world.clock.now, 'fault', 'all faults are over');
    const wrong = recover(
      {
        world: this.#world,
        service: this.#service,
        stage: this.#stage,
        scenario: this.#scenario,
        plan: this.#plan,
      },
      () => this.#violation !== null,
    );
    if (wrong) this.#blame(wrong.invariant, wrong.text);
  }

  acted(node: NodeName, action: Action): void {
    if (action.do === 'log') this.#logged.push(action.text);
    if (action.do === 'answer') this.#operators.answered(action.id);
    this.#attendant?.acted(node, action);
    this.#trace.acted(this.#world.clock.now, node, action);
  }

  sent(): void {}

  heard(node: NodeName, _link: string, opened: Opened): void {
    this.#hearing.heard(node, opened);
  }

  ended(node: NodeName): void {
    // One that is started again at once was away all the same.
    this.#circumstances.look();
    this.#operators.hungUp(node);
    // The next life, which may begin at once, is not judged by the words of this one.
    this.#logged = [];
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
    // What a Heartbeat does wrong is known; what ours makes of it is judged.
    if (node === this.#scenario.heartbeat) return;
    const moment = this.#moment;
    this.#circumstances.ofStep(node, moment);
    moment.node = node;
    moment.state = state;
    moment.logged = logged;
    for (const { name, invariant } of checks) {
      const text = invariant(moment);
      if (text !== null) this.#blame(name, `${node}: ${text}`);
    }
  }

  #blame(invariant: string, text: string): void {
    if (this.#violation) return;
    const at = this.#world.clock.now;
    const { seed, defences } = this.#order;
    const peers = kindOf(this.#scenario.heartbeat);
    const violation = { seed, defences, peers, invariant, text, at };
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

const checks = Object.entries(invariants).map(([name, invariant]) => ({ name, invariant }));
