import type { Action } from '../../firmware-agent/core/action.ts';
import type { Event, SetWord, Sight, Sighting } from '../../firmware-agent/core/event.ts';
import type { Holding } from '../../firmware-agent/core/holding.ts';
import { initialState } from '../../firmware-agent/core/initial-state.ts';
import type { State } from '../../firmware-agent/core/state.ts';
import { step } from '../../firmware-agent/core/step.ts';
import type { Happening } from '../../firmware-agent/life.ts';
import type { LockHappening } from '../../firmware-agent/lock-happening.ts';
import { Composer } from '../../firmware-agent/wire/compose.ts';
import type { Opened } from '../../firmware-agent/wire/envelope.ts';
import { History } from '../../firmware-agent/wire/history.ts';
import { Message } from '../../firmware-agent/wire/message.ts';
import { unrest } from './rest.ts';
import type { Agent, Surroundings } from './surroundings.ts';

/** The field by which two of ours know each other: a node of an older version does without. */
const ourOwn = 'twinbeat';

/** How long the agent is away while another program takes its place, in ms. */
const renewalTime = 400;

/** Our own agent: one life of the real core after another, with the real wire code. */
export class OwnAgent implements Agent {
  state: State | null = null;
  readonly #around: Surroundings;
  readonly #isOld: boolean;
  /** Changes with every life: what was planned for an earlier one is void. */
  #life = 0;
  /** What the one ping node answers. */
  #echo: Message | null = null;
  /** Another life follows by itself. */
  #isBetweenLives = false;
  #isStopAsked = false;
  /** Operators who wait for an answer. */
  readonly #waiting = new Set<number>();
  #armedFor = Number.POSITIVE_INFINITY;
  /** News of the locks, while these are asked for what is due, and what has to wait of it. */
  #isChecking = false;
  readonly #untold: LockHappening[] = [];
  #composer: Composer | null = null;
  #history = new History();

  /** `isOld`: a version that does not say `twinbeat=1`, nor understand it. */
  constructor(around: Surroundings, isOld: boolean) {
    this.#around = around;
    this.#isOld = isOld;
  }

  get isAlive(): boolean {
    return this.state !== null;
  }

  get holds(): Holding {
    return this.state?.resources.holds ?? 'none';
  }

  get unrest(): string | null {
    return unrest(this.state);
  }

  start(keeps: Holding = 'none'): void {
    const settings = this.#around.newLife(keeps);
    this.#life += 1;
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#history = new History();
    this.#composer = new Composer({
      node: settings.self,
      uuid: Buffer.from(settings.uuid, 'hex'),
      generation: settings.generation,
      ttl: 3,
    });
    this.state = initialState(settings);
    this.#isBetweenLives = false;
    this.#happen({ kind: 'start' });
    for (const link of this.#around.brokenPorts()) this.medium(link, true);
    for (const told of this.#around.untoldLocks()) this.lock(told);
    if (this.#isStopAsked) this.#happen({ kind: 'stop' });
  }

  kill(): void {
    this.state = null;
    this.#isBetweenLives = false;
    this.#isStopAsked = false;
    this.#untold.length = 0;
    this.#life += 1;
    this.#waiting.clear();
  }

  hear(link: string, opened: Opened): void {
    if (!opened.ok) {
      const { kind: reason, detail, level } = opened;
      this.#happen({ kind: 'refuse', link, reason, detail, level });
    } else {
      const { message } = opened;
      this.#happen({ kind: 'receive', link, message: this.#isOld ? message.without(ourOwn) : message });
    }
  }

  hearPing(name: string): void {
    this.#echo ??= Message.of({ t: 'NS_st', st: 'ping', info: 'ping', src: name, ts: '1' });
    this.#happen({ kind: 'receive', link: name, message: this.#echo });
  }

  command(id: number, command: 'standby' | 'takeover', set: SetWord): void {
    this.#waiting.add(id);
    if (this.state) this.#happen({ kind: 'command', id, command, set });
    else this.#refuseWaiting();
  }

  confirm(id: number): void {
    this.#waiting.add(id);
    if (this.state) this.#happen({ kind: 'confirm', id });
    else this.#refuseWaiting();
  }

  medium(link: string, isBroken: boolean): void {
    this.#happen({ kind: 'medium', link, fault: isBroken ? 'the port is broken' : null });
  }

  lock(told: LockHappening): void {
    if (this.#isChecking && told.news !== 'lost') this.#untold.push(told);
    else this.#happen(told);
  }

  acknowledge(id: number): void {
    this.#waiting.add(id);
    if (this.state) this.#happen({ kind: 'fence-ack', id });
    else this.#refuseWaiting();
  }

  rival(sighting: Sighting): void {
    this.#happen({ kind: 'rival', ...sighting });
  }

  renew(): void {
    if (this.state) this.#happen({ kind: 'renew' });
  }

  stop(): void {
    this.#isStopAsked = true;
    if (this.state) this.#happen({ kind: 'stop' });
    // As `agent.ts`: the next life sees first that what the last one left is stopped.
    else if (!this.#isBetweenLives) this.#leave();
  }

  wake(): void {
    this.#happen({ kind: 'tick' });
  }

  #happen(happening: Happening, at = this.#around.now()): void {
    if (happening.kind !== 'lock') this.#checkLocks();
    if (!this.state) return;
    const result = step(this.state, { ...happening, at } as Event);
    this.state = result.state;
    const life = this.#life;
    for (const caused of result.actions) {
      // It ended: the next life, which may have begun at once, says nothing of what this one wanted to.
      if (this.#life !== life) break;
      const action = this.#isOld ? inOldWords(caused) : caused;
      this.#around.tell(action);
      this.#carryOut(action);
    }
    this.#arm();
    this.#around.stepped();
    for (const told of this.#untold.splice(0)) this.#happen(told);
  }

  /** As `life.ts`: a loss comes before what happens now, other news after it. */
  #checkLocks(): void {
    this.#isChecking = true;
    this.#around.checkLocks();
    this.#isChecking = false;
  }

  #carryOut(action: Action): void {
    switch (action.do) {
      case 'send':
        this.#send(action);
        break;
      case 'resend': {
        const message = this.#history.get(action.seq);
        if (message) this.#around.send(message, message.text('t') === 'status' ? 'old status' : undefined);
        break;
      }
      case 'learn':
        if (this.state) this.#composer?.learn(this.state.settings.peer, Buffer.from(action.uuid, 'hex'));
        break;
      case 'generation':
        if (this.#composer) this.#composer.generation = action.generation;
        this.#around.keepGeneration(action.generation);
        break;
      case 'acquire':
      case 'release':
        this.#around.job(
          action.do,
          action.set,
          action.key,
          this.#inThisLife((failed: string[]) => this.#happen({ kind: 'finished', job: action.job, failed })),
        );
        break;
      case 'look':
        this.#around.look(
          action.set,
          this.#inThisLife((sight: Sight) => this.#happen({ kind: 'looked', look: action.look, sight })),
        );
        break;
      case 'abandon':
        this.#around.abandon(action.set);
        break;
      case 'lock':
        this.#around.lock(action.set, action.what);
        break;
      case 'fence':
        this.#around.fence(
          this.#inThisLife((ok: boolean, text: string) =>
            this.#happen({ kind: 'fenced', fence: action.fence, ok, text }),
          ),
        );
        break;
      case 'call off fence':
        this.#around.callOffFence();
        break;
      case 'kick':
        this.#around.kick();
        break;
      case 'answer':
        this.#waiting.delete(action.id);
        break;
      case 'restart':
        this.#endLife();
        this.#isBetweenLives = true;
        this.#around.breathe(action.after);
        this.#around.later(
          action.after,
          this.#inThisLife(() => this.start()),
        );
        break;
      case 'renew':
        this.#endLife();
        this.#around.later(
          renewalTime,
          this.#inThisLife(() => this.start(action.keeps)),
        );
        break;
      case 'exit':
        this.#leave();
        break;
      default:
        break;
    }
  }

  #endLife(): void {
    this.state = null;
    this.#around.callOffFence();
    this.#refuseWaiting();
  }

  #leave(): void {
    this.#endLife();
    this.kill();
    this.#around.exit();
  }

  /** As `agent.ts` does at the end of a life. */
  #refuseWaiting(): void {
    for (const id of this.#waiting) {
      this.#around.tell({
        do: 'answer',
        id,
        ok: false,
        text: 'stops or starts anew: try again when it is active.',
      });
    }
    this.#waiting.clear();
  }

  #send({ seq, fields }: Extract<Action, { do: 'send' }>): void {
    if (!this.#composer) return;
    const facts = { ts: this.#around.wallSeconds(), load: 'n/a' };
    const message = this.#composer.compose({ seq, fields }, facts);
    if (seq !== null) this.#history.add(seq, message);
    const isHeartbeat = message.text('t') === 'status';
    this.#around.send(message, isHeartbeat ? 'status' : undefined);
    if (isHeartbeat) this.#around.ping();
  }

  /** As `life.ts`: one timer, armed anew whenever it fired or the core wants another time. */
  #arm(): void {
    const at = this.state?.timer ?? Number.POSITIVE_INFINITY;
    if (at === this.#armedFor) return;
    this.#armedFor = at;
    if (at === Number.POSITIVE_INFINITY) return;
    const tick = this.#inThisLife(() => {
      if (this.#armedFor !== at) return;
      this.#armedFor = Number.POSITIVE_INFINITY;
      // A clock that was converted to and fro may stand a trifle before the time that it was asked for.
      this.#happen({ kind: 'tick' }, Math.max(at, this.#around.now()));
    });
    this.#around.later(at - this.#around.now(), tick);
  }

  #inThisLife<A extends unknown[]>(act: (...args: A) => void): (...args: A) => void {
    const life = this.#life;
    return (...args) => {
      if (this.#life === life) act(...args);
    };
  }
}

function inOldWords(action: Action): Action {
  if (action.do !== 'send') return action;
  return { ...action, fields: action.fields.filter(([name]) => name !== ourOwn) };
}
