import { errorText } from '../../hw/error.ts';
import type { AddressHardware, InterfaceAddress } from './hardware.ts';
import { Look } from './look.ts';
import type { Blind, LookResult, Question } from './look-result.ts';
import type { Sought } from './resource.ts';
import type { Timers } from './timers.ts';

/** Addresses that one look asks for, and looks that go on at the same time. */
const mostAddresses = 256;
const mostLooks = 8;

/** An address of a group, wanted here. */
export interface Wanted {
  readonly key: string;
  readonly sought: Sought;
}

export interface LookoutOptions {
  readonly hardware: Pick<AddressHardware, 'listAddresses' | 'openArp'>;
  readonly timers?: Timers;
}

/** Looks for other machines that have this pair's addresses. Looks go on side by side and know nothing of each other. */
export class Lookout {
  readonly #options: LookoutOptions;
  readonly #looks = new Set<Look>();
  #closed: string | null = null;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  /** Those that this box has already are left out. Returns what cancels the look: then `done` is not called. */
  look(wanted: readonly Wanted[], done: (result: LookResult) => void): () => void {
    const { questions, blind } = this.#questions(wanted);
    const refused =
      this.#closed ?? (this.#looks.size < mostLooks ? null : `${mostLooks} looks are under way`);
    const look = new Look({
      ...this.#options,
      questions: refused === null ? questions : [],
      blind: refused === null ? blind : [...questions.map(because(refused)), ...blind],
      done: (result) => {
        this.#looks.delete(look);
        done(result);
      },
    });
    this.#looks.add(look);
    return () => {
      this.#looks.delete(look);
      look.cancel();
    };
  }

  /** Looks that are under way end and say why. */
  close(): void {
    const reason = 'the agent stops';
    this.#closed = reason;
    for (const look of this.#looks) queueMicrotask(() => look.end(reason));
  }

  #questions(wanted: readonly Wanted[]): { readonly questions: Question[]; readonly blind: Blind[] } {
    const questions: Question[] = [];
    const blind: Blind[] = [];
    let present: readonly InterfaceAddress[];
    try {
      present = this.#options.hardware.listAddresses();
    } catch (error) {
      return { questions, blind: wanted.map(nameOf).map(because(errorText(error))) };
    }
    for (const one of wanted) {
      const name = nameOf(one);
      try {
        const device = one.sought.goesTo(present);
        if (device === null) continue;
        if (questions.length < mostAddresses) questions.push({ ...name, device });
        else blind.push({ ...name, reason: `more than ${mostAddresses} addresses` });
      } catch (error) {
        blind.push({ ...name, reason: errorText(error) });
      }
    }
    return { questions, blind };
  }
}

type Name = Omit<Blind, 'reason'>;

function nameOf({ key, sought }: Wanted): Name {
  return { key, address: sought.address };
}

function because(reason: string): (name: Name) => Blind {
  return ({ key, address }) => ({ key, address, reason });
}
