import type { SetWord } from '../../../firmware-agent/core/event.ts';
import type { Holding } from '../../../firmware-agent/core/holding.ts';
import type { Opened } from '../../../firmware-agent/wire/envelope.ts';
import type { Random } from '../../unit/support/random.ts';
import type { Agent, Surroundings } from '../surroundings.ts';
import { Daemon } from './daemon.ts';
import { onPingAnswer } from './links.ts';
import { FOREIGN, maskOf, NONE, wordOf } from './masks.ts';
import { start } from './membership.ts';
import { isStable } from './resources.ts';
import { keysOf, moveGroup } from './scripts.ts';
import { receive } from './sequence.ts';
import { hbStandby } from './standby.ts';
import { requestStop } from './stop.ts';

/** A Heartbeat 3.0.6 as the specification tells of it: one life of its daemon after another. See README.md. */
export class Heartbeat implements Agent {
  readonly state = null;
  readonly #around: Surroundings;
  readonly #random: Random;
  #daemon: Daemon | null = null;

  constructor(around: Surroundings, random: Random) {
    this.#around = around;
    this.#random = random;
  }

  get isAlive(): boolean {
    return this.#daemon !== null;
  }

  get holds(): Holding {
    return wordOf(this.#daemon?.holds ?? NONE);
  }

  get unrest(): string | null {
    return unrest(this.#daemon);
  }

  start(): void {
    const daemon = new Daemon(this.#around, this.#random, (pause) => {
      this.#daemon = null;
      this.#around.later(pause, () => this.start());
    });
    this.#daemon = daemon;
    this.#step(start);
  }

  kill(): void {
    if (this.#daemon) this.#daemon.over = true;
    this.#daemon = null;
  }

  hear(link: string, opened: Opened): void {
    if (opened.ok) this.#step((daemon) => receive(daemon, link, opened.message));
  }

  hearPing(name: string): void {
    this.#step((daemon) => onPingAnswer(daemon, name));
  }

  /** The scripts end at once, whatever becomes of what they wrote (logs-and-tools.md 3.2, 3.3). */
  command(id: number, command: 'standby' | 'takeover', set: SetWord): void {
    const ok = this.#daemon !== null;
    this.#around.tell({ do: 'answer', id, ok, text: ok ? 'It is asked for.' : 'It does not run.' });
    this.#step((daemon) => {
      const mask = maskOf(set);
      if (command === 'standby') hbStandby(daemon, mask ?? FOREIGN);
      else if (mask !== null && (daemon.holds & mask) === mask && isStable(daemon)) startByHand(daemon, mask);
      else daemon.send('hb_takeover', ['rsc_hold', set]);
    });
  }

  confirm(id: number): void {
    this.#around.tell({ do: 'answer', id, ok: false, text: 'A Heartbeat asks nobody.' });
  }

  acknowledge(id: number): void {
    this.confirm(id);
  }

  rival(): void {}

  renew(): void {}

  lock(): void {}

  medium(): void {}

  /** A daemon that sleeps before its restart just ends. */
  stop(): void {
    if (this.#daemon) this.#step((daemon) => requestStop(daemon, 'exit'));
    else this.#around.exit();
  }

  wake(): void {}

  #step(act: (daemon: Daemon) => void): void {
    const daemon = this.#daemon;
    if (!daemon) return;
    act(daemon);
    daemon.ended();
  }
}

/** Whoever wants what the node says to hold already finds it down, and starts it: `ResourceManager takegroup` (config.md 6). */
function startByHand(daemon: Daemon, set: number): void {
  for (const key of keysOf(daemon, set)) {
    if (!daemon.running.has(key)) moveGroup(daemon, 'acquire', key, () => {});
  }
}

/** Only the death of the peer or an hour ends a handshake that its other side has forgotten (cluster.md 7.1). */
function isForgotten(daemon: Daemon): boolean {
  return daemon.isForgotten && daemon.standby !== 'NOT' && daemon.children === 0;
}

/** What is still to come; null: nothing. */
function unrest(daemon: Daemon | null): string | null {
  if (!daemon) return 'no life';
  if (daemon.status !== 'active') return `status ${daemon.status}`;
  if (daemon.peer.status !== 'active') return `peer ${daemon.peer.status}`;
  if (daemon.scripts.length > 0) return 'scripts';
  if (isForgotten(daemon)) return null;
  if (daemon.stopping !== null) return `a stop: ${daemon.stopping}`;
  if (!isStable(daemon)) return 'transition';
  if (!daemon.settings.legacy && daemon.rstate !== 'STABLE') return daemon.rstate;
  const { missing, told } = daemon.peer;
  // Nobody sends again what was acknowledged, however often it is asked for.
  if ([...missing].some((seq) => seq > told)) return `${missing.size} messages missing`;
  return daemon.giveUp === null && !daemon.retriesFailback ? null : 'a move';
}
