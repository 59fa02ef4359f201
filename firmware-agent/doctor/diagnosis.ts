import type { Input, Output } from './bench.ts';
import { type Findings, type Followers, isClean, type Passage, type Trial } from './examination.ts';

export interface Patient {
  readonly self: string;
  readonly peer: string;
  /** Why the peer does not help, in a sentence without its full stop; only where it does not. */
  readonly alone: string;
}

/** What is found, the sentence that matters first. */
export function diagnose(findings: Findings, patient: Patient): string[] {
  const { echo, pair } = findings;
  const plug = loops(findings.own);
  if (hears(echo)) {
    const lines = plug.length > 0 ? `, and so are ${plug.join(' and ')}` : '';
    return [
      `A loopback plug, or a short: TXD and RXD of this port are joined${lines}; ${errors(echo)}. No cable to ${patient.peer} can be judged while it is in.`,
    ];
  }
  if (pair === null) return alone(findings, patient, plug);
  const [last] = pair.trials.slice(-1);
  if (!last) return [];
  const wires = wiresOf(pair, patient);
  if (!pair.trials.some(carries)) return [withoutData(pair, patient, wires)];
  return [`${kind(pair, wires)}${quality(pair.trials, patient)}.`, ...remarks(pair, patient, plug)];
}

/** Of one wire, or of the two that one output drives. */
interface Wire {
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

type Pair = NonNullable<Findings['pair']>;

function wiresOf({ out, back }: Pair, { self, peer }: Patient): Wire[] | null {
  if (out === null || back === null) return null;
  const way = (from: string, to: string, followers: Followers): Wire[] =>
    nullModem.map(([output, input]) => ({
      name: `${outputPin[output]} of ${from} to ${inputPin[input]} of ${to}`,
      whole: followers[output].includes(input),
    }));
  return [...way(self, peer, out), ...way(peer, self, back)];
}

function kind(pair: Pair, wires: readonly Wire[] | null): string {
  const oneWay = openData(pair);
  if (oneWay !== null) return oneWay;
  if (wires === null) return 'Data passes; whether the modem lines are wired cannot be known here';
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

const silence: Passage = { sent: 0, right: 0, wrong: 0 };

function withoutData(pair: Pair, { peer }: Patient, wires: readonly Wire[] | null): string {
  const anyWire = wires?.some(({ whole }) => whole) ?? false;
  if (pair.trials.every(({ out, back }) => out === null || back === null))
    return `The port of an end cannot do ${pair.trials[0]?.baud} baud.`;
  if (anyWire)
    return 'The modem lines are wired, but no data passes: TXD (3) and RXD (2) are open or not crossed, or GND (5) is open.';
  const seen = wires === null ? 'No data passes' : 'Nothing comes through on any wire';
  return `${seen}, although ${peer} has its port open: the cable is out at one end, or it is a straight-through cable (an extension), where a null modem is needed.`;
}

function quality(trials: readonly Trial[], patient: Patient): string {
  const best = trials
    .filter(isClean)
    .sort((a, b) => a.baud - b.baud)
    .at(-1);
  const long = trials.at(-1);
  if (!best || !long) {
    const first = trials[0];
    return `; at ${first?.baud} baud ${bothWays(first, patient)}`;
  }
  const sent = (long.out?.sent ?? 0) + (long.back?.sent ?? 0);
  const failing = trials.find((trial) => trial.baud > best.baud && !isClean(trial));
  const limit = failing ? `, not at ${failing.baud}` : '';
  if (!isClean(long))
    return `; at ${long.baud} baud ${bothWays(long, patient)}: noise, or a cable that is too long`;
  return `; works at ${best.baud}${limit}, 0 errors in ${sent} bytes`;
}

function bothWays(trial: Trial | undefined, { self, peer }: Patient): string {
  const way = (to: string, passage: Passage | null) =>
    passage === null ? `${to} cannot` : `${to} hears ${errors(passage)}`;
  return `${way(peer, trial?.out ?? null)}, ${way(self, trial?.back ?? null)}`;
}

function remarks({ out, back }: Pair, { self, peer }: Patient, plug: readonly string[]): string[] {
  const crossed = (from: string, followers: Followers | null) =>
    followers?.DTR.includes('CTS') || followers?.RTS.includes('DSR')
      ? [`RTS and DTR of ${from} are exchanged in this cable.`]
      : [];
  const joined = plug.length > 0 ? [`In the plug at this end ${plug.join(' and ')} are joined.`] : [];
  return [...joined, ...crossed(self, out), ...crossed(peer, back)];
}

function alone({ own }: Findings, { peer, alone: why }: Patient, plug: readonly string[]): string[] {
  const lines =
    own === null
      ? 'This port has no modem lines'
      : plug.length > 0
        ? `In the plug at this end ${plug.join(' and ')} are joined; no data comes back`
        : 'No pins are joined in the plug at this end';
  return [
    `${lines}. More cannot be known from one end: ${why}.`,
    `Plug the cable to ${peer} in, or a loopback plug, and try again.`,
  ];
}

/** The own inputs that follow the own outputs. */
function loops(own: Followers | null): string[] {
  if (own === null) return [];
  return (Object.entries(own) as [Output, readonly Input[]][])
    .filter(([, followers]) => followers.length > 0)
    .map(([output, followers]) => [output, ...followers].join('/'));
}

function carries({ out, back }: Trial): boolean {
  return hears(out ?? silence) || hears(back ?? silence);
}

/** More than noise: a good part came as it was sent. */
function hears({ sent, right }: Passage): boolean {
  return sent > 0 && right >= sent / 10;
}

function errors({ sent, right, wrong }: Passage): string {
  const lost = Math.max(0, sent - right - wrong);
  if (right === sent) return `0 errors in ${sent} bytes`;
  return `${wrong} wrong and ${lost} lost of ${sent} bytes`;
}
