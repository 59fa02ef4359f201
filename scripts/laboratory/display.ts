import type { EventReport } from '../../firmware-agent/console/report.ts';
import type { Watcher } from './observer.ts';
import type { ScenarioListener } from './scenario.ts';
import type { Seat } from './seat.ts';
import { faults, inWords, type StepResult } from './verdict.ts';

/** Shows the pair while a scenario runs. */
export interface Display extends Watcher, ScenarioListener {
  /** Leave the terminal as it was. */
  close(): void;
}

/** The local time of an event as people read it. */
export function clock(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '--:--:--' : date.toTimeString().slice(0, 8);
}

export function eventLine(seat: Seat, { time, level, text }: EventReport): string {
  return `${clock(time)} ${seat} ${level}: ${text}`;
}

export function resultLine(result: StepResult): string {
  const { title, outage } = result;
  const wrong = faults(result);
  const measured = outage === null ? '' : `, outage ${inWords(outage)}`;
  return `${title}: ${wrong.length === 0 ? 'good' : `WRONG: ${wrong.join('; ')}`}${measured}`;
}

/** Line after line, for logs and where nobody watches. */
export class LineLog implements Display {
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  step(number: number, total: number, title: string, expected: string): void {
    this.#write(`== ${number}/${total} ${title}: ${expected}`);
  }

  result(result: StepResult): void {
    this.#write(`   ${resultLine(result)}`);
  }

  event(seat: Seat, event: EventReport): void {
    this.#write(`   ${eventLine(seat, event)}`);
  }

  /** Lines are for what is new; a look that shows nothing new is none. */
  sighted(): void {}

  close(): void {}
}
