import { errorText } from '../../hw/error.ts';
import type { AddressHardware, ArpClaim, ArpPort } from './hardware.ts';
import type { Blind, LookResult, Question, Sighting } from './look-result.ts';
import { nodeTimers, type Timers } from './timers.ts';

/** Probes for each address, and the milliseconds between them (RFC 5227, in haste). */
const probes = 3;
const probeGap = 5;
/** Milliseconds that an answer to the last probe may take: 24 were measured where a small box is busy, */
const answerTime = 35;
/** and that a look may take where the event loop is held up. */
const limit = 100;
/** Machines told of for one address. */
const mostMachines = 4;

export interface LookOptions {
  readonly questions: readonly Question[];
  /** What is blind before anything is asked. */
  readonly blind: readonly Blind[];
  readonly hardware: Pick<AddressHardware, 'openArp'>;
  readonly timers?: Timers;
  /** Once, later than the constructor. */
  readonly done: (result: LookResult) => void;
}

/** What an interface is to a look. */
interface Eye {
  readonly port: ArpPort;
  /** Why silence meant nothing when it was opened. */
  readonly fault: string | null;
}

interface Asked extends Question {
  readonly eye: Eye;
  readonly answers: string[];
  readonly contenders: string[];
  /** Why no probe has gone out; null once one has. */
  unsent: string | null;
}

/** One look for other machines that have the addresses. The first probes have left when the constructor returns. */
export class Look {
  readonly #hardware: LookOptions['hardware'];
  readonly #timers: Timers;
  readonly #done: LookOptions['done'];
  readonly #eyes = new Map<string, Eye>();
  readonly #asked: Asked[] = [];
  readonly #blind: Blind[];
  readonly #cancelLimit: () => void;
  #cancelNext: () => void;
  #left = probes;
  #over = false;

  constructor({ questions, blind, hardware, timers = nodeTimers, done }: LookOptions) {
    this.#hardware = hardware;
    this.#timers = timers;
    this.#done = done;
    this.#blind = [...blind];
    this.#cancelLimit = timers.after(limit, () => this.end());
    for (const question of questions) this.#prepare(question);
    this.#cancelNext = this.#asked.length > 0 ? this.#probe() : timers.after(0, () => this.end());
  }

  /** Tell at once what is known. `reason`: why it is no more than that; without one, silence means absence. */
  end(reason: string | null = null): void {
    if (this.#over) return;
    const faults = new Map<Eye, string | null>();
    for (const eye of this.#eyes.values()) {
      // The event loop may have been held up with the answers waiting.
      eye.port.hear();
      faults.set(eye, eye.fault ?? faultOf(eye.port));
    }
    for (const { key, address, eye, answers, unsent } of this.#asked) {
      const unknown = reason ?? faults.get(eye) ?? unsent;
      if (answers.length === 0 && unknown !== null) this.#blind.push({ key, address, reason: unknown });
    }
    this.cancel();
    this.#done({ answers: this.#told('answers'), contenders: this.#told('contenders'), blind: this.#blind });
  }

  /** Nobody wants to know any more: `done` is not called. */
  cancel(): void {
    this.#over = true;
    this.#cancelNext();
    this.#cancelLimit();
    for (const { port } of this.#eyes.values()) port.close();
  }

  #prepare(question: Question): void {
    const { key, address, device } = question;
    try {
      const eye = this.#eyes.get(device) ?? this.#open(device);
      this.#asked.push({ ...question, eye, answers: [], contenders: [], unsent: 'no probe was sent' });
    } catch (error) {
      this.#blind.push({ key, address, reason: errorText(error) });
    }
  }

  #open(device: string): Eye {
    const hear = (what: 'answers' | 'contenders') => (claim: ArpClaim) => this.#hear(device, what, claim);
    const port = this.#hardware.openArp(device, hear('answers'), hear('contenders'));
    const eye = { port, fault: faultOf(port) };
    this.#eyes.set(device, eye);
    return eye;
  }

  #hear(device: string, what: 'answers' | 'contenders', { address, mac }: ArpClaim): void {
    for (const asked of this.#asked) {
      if (asked.device !== device || asked.address !== address) continue;
      const machines = asked[what];
      if (machines.length < mostMachines && !machines.includes(mac)) machines.push(mac);
    }
  }

  /** Each round waits for the one before: one delay must not make them a single burst. */
  #probe(): () => void {
    this.#left -= 1;
    for (const asked of this.#asked) {
      try {
        asked.eye.port.probe(asked.address);
        asked.unsent = null;
      } catch (error) {
        if (asked.unsent !== null) asked.unsent = errorText(error);
      }
    }
    if (this.#left === 0) return this.#timers.after(answerTime, () => this.end());
    return this.#timers.after(probeGap, () => {
      this.#cancelNext = this.#probe();
    });
  }

  #told(what: 'answers' | 'contenders'): Sighting[] {
    return this.#asked.flatMap(({ key, address, [what]: machines }) =>
      machines.map((mac) => ({ key, address, mac })),
    );
  }
}

function faultOf(port: ArpPort): string | null {
  try {
    return port.fault();
  } catch (error) {
    return errorText(error);
  }
}
