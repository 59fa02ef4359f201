import { errorText } from '../hw/error.ts';
import { CableLoan, type CableLoanOptions, type SerialCable } from './cable-loan.ts';
import type { Config } from './config/config.ts';
import type { Fields } from './core/action.ts';
import { Assistant, type Hold } from './doctor/assistant.ts';
import { heardOf, type Talk, talkOf } from './doctor/talk.ts';
import type { Happened } from './events/event.ts';
import { OwnExamination } from './own-examination.ts';

export interface CableDoctorOptions extends Pick<CableLoanOptions, 'state' | 'happen' | 'openBench'> {
  readonly config: Pick<Config, 'self' | 'peer' | 'media'>;
  readonly media: () => CableLoanOptions['media'];
  readonly note: (happened: Happened) => void;
}

/** Examines the serial cables, one at a time, alone or with the peer's doctor, while the other cables carry the heartbeats. */
export class CableDoctor {
  readonly #options: CableDoctorOptions;
  readonly #cables: readonly SerialCable[];
  readonly #assistant: Assistant;
  /** For an examination of this node, or of the peer. */
  #loan: CableLoan | null = null;
  #own: OwnExamination | null = null;
  #ownIsOver: Promise<unknown> = Promise.resolve();

  constructor(options: CableDoctorOptions) {
    this.#options = options;
    const { config, note } = options;
    this.#cables = config.media.filter((medium) => medium.kind === 'serial');
    this.#assistant = new Assistant({
      open: (index) => this.#assist(index),
      say: (reply) => this.#say(talkOf(reply)),
      report: (why) =>
        note({ kind: 'cable', text: `help for ${config.peer} failed: ${why}`, facts: { why } }),
    });
  }

  /**
   * Examine a serial cable; `name` may be left out where there is one. Resolves with what is found, the most important
   * first, which becomes an event. Rejects in words where it cannot be done now, or came to no end.
   */
  async examine(name: string | undefined, tell: (text: string) => void): Promise<string[]> {
    const { config, state, note } = this.#options;
    const { self, peer } = config;
    const index = this.#indexOf(name);
    // The cable is given back, and the peer is still asked whether its end is.
    if (this.#own !== null && this.#loan === null)
      throw new Error('an examination is about to end: try again in a moment');
    const loan = this.#lend(index);
    const own = new OwnExamination({
      ...{ loan, index, self, peer, state, tell },
      say: (question) => this.#say(talkOf(question)),
    });
    const findings = own.run();
    this.#own = own;
    this.#ownIsOver = findings.catch(() => undefined);
    const link = loan.cable.name;
    try {
      const found = await findings;
      note({ kind: 'cable', text: `${link}: ${found.join(' ')}`, facts: { link, findings: found } });
      return found;
    } catch (error) {
      const why = errorText(error);
      note({ kind: 'cable', text: `${link} was not examined to the end: ${why}`, facts: { link, why } });
      throw error;
    } finally {
      if (this.#own === own) this.#own = null;
    }
  }

  /** What the peer's doctor said came in. */
  hear(fields: Fields): void {
    const heard = heardOf(Object.fromEntries(fields));
    if (heard === null) return;
    if ('call' in heard) this.#assistant.hear(heard);
    else this.#own?.hear(heard);
  }

  /** Nothing is examined any more: the heartbeats have all their cables back. */
  async close(): Promise<void> {
    this.#loan?.interrupt('the agent stops or starts anew');
    await Promise.all([this.#assistant.close(), this.#ownIsOver]);
  }

  #indexOf(name: string | undefined): number {
    const names = this.#cables.map((cable) => cable.name);
    if (names.length === 0) throw new Error('ha.cf has no serial cable');
    if (name === undefined && names.length > 1)
      throw new Error(`which one? There are ${names.join(' and ')}`);
    const index = name === undefined ? 0 : names.indexOf(name);
    if (index < 0) throw new Error(`${name} is no serial cable of ha.cf: write ${names.join(' or ')}`);
    return index;
  }

  /** @throws where it cannot be had now */
  #lend(index: number): CableLoan {
    const { config, media, ...rest } = this.#options;
    const cable = this.#cables[index];
    if (cable === undefined) throw new Error(`ha.cf has no serial cable number ${index + 1}`);
    if (this.#loan !== null) {
      const who = this.#own === null ? config.peer : config.self;
      throw new Error(`${this.#loan.cable.name} is examined at this moment, for ${who}`);
    }
    this.#loan = new CableLoan({
      ...rest,
      cable,
      media: media(),
      ended: () => {
        this.#loan = null;
      },
    });
    return this.#loan;
  }

  /** For the peer. Where both ask at the same moment, one of them goes first. */
  async #assist(index: number): Promise<Hold> {
    const { self, peer } = this.#options.config;
    if (this.#own?.isAsking && self > peer) {
      this.#loan?.interrupt(`${peer} examines a cable at this moment`);
      await this.#ownIsOver;
    }
    const loan = this.#lend(index);
    return { bench: await loan.open(), baud: loan.cable.baud, signal: loan.signal };
  }

  #say(talk: Talk): void {
    this.#options.happen({ kind: 'cable talk', fields: Object.entries(talk) });
  }
}
