import { actionEvents } from './action-events.ts';
import type { Happened } from './event.ts';
import { lifeEvents } from './life-events.ts';
import { Limiter } from './limiter.ts';
import { Moves } from './moves.ts';
import type { Observation } from './observation.ts';
import { linkEvents, peerEvents, pingEvents } from './peer-events.ts';
import { countForged } from './silence.ts';

/** Tells from one step of the core after the other what happened and why. It has no clock of its own. */
export class Recorder {
  #moves = new Moves();
  #limiter = new Limiter();
  #forgedWhenHeard = 0;

  see(seen: Observation): Happened[] {
    const { before, event, after } = seen;
    if (event.kind === 'start') this.#begin();
    if (before.peer.lastStatusAt !== after.peer.lastStatusAt) this.#forgedWhenHeard = countForged(after);
    const forged = countForged(after) - this.#forgedWhenHeard;
    return [
      ...lifeEvents(seen),
      ...pingEvents(seen),
      ...linkEvents(seen),
      ...peerEvents(seen, forged),
      ...this.#moves.see(seen, forged),
      ...actionEvents(seen),
    ].flatMap((happened) => this.#bounded(happened, after.now));
  }

  /** Jobs and clocks of the life before mean nothing any more. */
  #begin(): void {
    this.#moves = new Moves();
    this.#limiter = new Limiter();
    this.#forgedWhenHeard = 0;
  }

  #bounded(happened: Happened, now: number): Happened[] {
    const { kind, facts } = happened;
    const about = facts.link ?? facts.ping ?? facts.alarm ?? '';
    const untold = this.#limiter.admit(`${kind} ${about}`, now);
    if (untold === null) return [];
    if (untold === 0) return [happened];
    const text = `${happened.text} (${untold} more like this were left out before it)`;
    return [{ ...happened, text, facts: { ...facts, untold } }];
  }
}
