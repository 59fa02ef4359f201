/** What two agents say to each other about a cable, over the other one: the fields of a `twin_cable` message. */
export type Talk = Readonly<Record<string, string>>;

/** The names of a bench's methods, in the order in which they are asked for most. */
export const calls = ['sense', 'drive', 'rate', 'listen', 'emit', 'tally', 'leave'] as const;
export type Call = (typeof calls)[number];

/** `begin` opens the port; the rest is as of {@link Bench}. */
export interface Question {
  readonly exam: string;
  /** Counts the questions of one examination. */
  readonly number: number;
  readonly call: Call | 'begin';
  readonly words: readonly (string | number | boolean)[];
}

export interface Reply {
  readonly exam: string;
  readonly number: number;
  /** Of the call; in words why not, where it failed. */
  readonly result:
    | { readonly ok: true; readonly value: unknown }
    | { readonly ok: false; readonly why: string };
}

/** Characters of an examination's number, and of a reason: it becomes part of an event. */
const examNumber = /^[0-9a-f]{1,32}$/;
const longestWhy = 300;

/** Bits per second that may be asked for, or told: the least, the most. */
export const bauds = [300, 460_800] as const;

export function isWhole(word: unknown, [least, most]: readonly [number, number]): word is number {
  return Number.isInteger(word) && Number(word) >= least && Number(word) <= most;
}

export function talkOf(said: Question | Reply): Talk {
  const { exam, number } = said;
  const about = { exam, no: String(number) };
  if ('call' in said) return { ...about, call: said.call, with: JSON.stringify(said.words) };
  const { result } = said;
  if (!result.ok) return { ...about, failed: result.why.slice(0, longestWhy) };
  return { ...about, is: JSON.stringify(result.value ?? null) };
}

/** Null: nothing that either side says. */
export function heardOf({ exam, no, call, with: words, is, failed }: Talk): Question | Reply | null {
  const number = /^\d+$/.test(no ?? '') ? Number(no) : Number.NaN;
  if (exam === undefined || !examNumber.test(exam) || !Number.isSafeInteger(number)) return null;
  if (failed !== undefined) return { exam, number, result: { ok: false, why: failed.slice(0, longestWhy) } };
  try {
    if (is !== undefined) return { exam, number, result: { ok: true, value: JSON.parse(is) } };
    const list: unknown = JSON.parse(words ?? '[]');
    if (!isCall(call) || !Array.isArray(list) || !list.every(isWord)) return null;
    return { exam, number, call, words: list };
  } catch {
    return null;
  }
}

function isCall(text: string | undefined): text is Question['call'] {
  return text === 'begin' || calls.some((call) => call === text);
}

function isWord(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
