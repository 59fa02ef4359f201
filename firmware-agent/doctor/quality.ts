import type { Patient } from './patient.ts';
import { isClean, type Passage, type Trial } from './trials.ts';

/** How well data passes, at the end of a sentence. */
export function quality(trials: readonly Trial[], patient: Patient): string {
  const best = trials.filter(isClean).reduce((most, { baud }) => Math.max(most, baud), 0);
  const [first] = trials;
  const long = trials.at(-1);
  if (best === 0 || long === undefined) return `; at ${first?.baud} baud ${bothWays(first, patient)}`;
  if (!isClean(long))
    return `; at ${long.baud} baud ${bothWays(long, patient)}: noise, or a cable that is too long`;
  const sent = (long.out?.sent ?? 0) + (long.back?.sent ?? 0);
  return `; works at ${best}${limit(trials, best)}, 0 errors in ${sent} bytes`;
}

/** The slowest rate that is too fast. */
function limit(trials: readonly Trial[], best: number): string {
  const failing = trials.filter((trial) => trial.baud > best && !isClean(trial)).map(({ baud }) => baud);
  return failing.length > 0 ? `, not at ${Math.min(...failing)}` : '';
}

/** The rate of ha.cf does not work, but a slower one does. */
export function tooFast(trials: readonly Trial[], { rates: { ours } }: Patient): string[] {
  const long = trials.at(-1);
  if (long === undefined || long.baud >= ours || !isClean(long)) return [];
  return [
    `\`baud ${ours}\` of ha.cf is too fast for this cable: shorten it, or write \`baud ${long.baud}\` on both nodes.`,
  ];
}

function bothWays(trial: Trial | undefined, { self, peer }: Patient): string {
  const way = (to: string, passage: Passage | null) =>
    passage === null ? `${to} cannot` : `${to} hears ${errors(passage)}`;
  return `${way(peer, trial?.out ?? null)}, ${way(self, trial?.back ?? null)}`;
}

export function carries({ out, back }: Trial): boolean {
  return hears(out ?? silence) || hears(back ?? silence);
}

/** More than noise: a good part came as it was sent. */
export function hears({ sent, right }: Passage): boolean {
  return sent > 0 && right >= sent / 10;
}

export function errors({ sent, right, wrong }: Passage): string {
  const lost = Math.max(0, sent - right - wrong);
  if (right + wrong === 0) return `nothing of ${sent} bytes`;
  if (right === sent) return `0 errors in ${sent} bytes`;
  return `${wrong} wrong and ${lost} lost of ${sent} bytes`;
}

export const silence: Passage = { sent: 0, right: 0, wrong: 0 };
