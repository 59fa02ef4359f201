import type { Input, Output } from './bench.ts';
import type { Findings, Followers } from './examination.ts';
import type { Patient } from './patient.ts';
import { hears, silence } from './quality.ts';

/** Of one wire, or of the two that one output drives. */
export interface Wire {
  readonly name: string;
  readonly whole: boolean;
}

/** The pins are those of the nine-pin plug. */
const outputPin: Readonly<Record<Output, string>> = { RTS: 'RTS (7)', DTR: 'DTR (4)' };
const inputPin: Readonly<Record<Input, string>> = { CTS: 'CTS (8)', DSR: 'DSR (6)', DCD: 'DCD (1)' };
/** What a null modem joins. */
const nullModem: readonly (readonly [Output, Input])[] = [
  ['RTS', 'CTS'],
  ['DTR', 'DSR'],
  ['DTR', 'DCD'],
];

export type Pair = NonNullable<Findings['pair']>;

/** Null: a port of the two has no modem lines. */
export function wiresOf({ out, back }: Pair, { self, peer }: Patient): Wire[] | null {
  if (out === null || back === null) return null;
  const way = (from: string, to: string, followers: Followers): Wire[] =>
    nullModem.map(([output, input]) => ({
      name: `${outputPin[output]} of ${from} to ${inputPin[input]} of ${to}`,
      whole: followers[output].includes(input),
    }));
  return [...way(self, peer, out), ...way(peer, self, back)];
}

/** What cable it is, at the beginning of a sentence. */
export function kind(pair: Pair, wires: readonly Wire[] | null): string {
  const oneWay = openData(pair);
  if (oneWay !== null) return oneWay;
  if (wires === null) return 'Data passes';
  const open = wires.filter(({ whole }) => !whole);
  if (open.length === 0) return 'A full null modem: all lines are wired';
  if (open.length === wires.length)
    return 'RTS/CTS and DTR/DSR/DCD are not wired: a three-wire cable (flow control must stay off)';
  return `Open: ${open.map(({ name }) => name).join('; ')}; the other lines are wired`;
}

/** One of the two data wires is open. */
function openData({ trials }: Pair): string | null {
  const tried = trials.filter(({ out, back }) => out !== null && back !== null);
  const passes = (way: 'out' | 'back') => tried.some((trial) => hears(trial[way] ?? silence));
  if (passes('out') === passes('back')) return null;
  const [from, to] = passes('out') ? ['the other end', 'this one'] : ['this end', 'the other'];
  return `No data comes from ${from} to ${to}: the wire from its TXD (3) to RXD (2) is open, although the other way works`;
}

/** The own inputs that follow the own outputs. */
export function loops(own: Followers | null): string[] {
  if (own === null) return [];
  return (Object.entries(own) as [Output, readonly Input[]][])
    .filter(([, followers]) => followers.length > 0)
    .map(([output, followers]) => [output, ...followers].join('/'));
}
