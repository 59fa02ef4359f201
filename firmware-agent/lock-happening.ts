import type { lockSets } from './core/locked.ts';
import type { Happening } from './life.ts';
import type { LockNews, LockState } from './lock/state.ts';

export type LockHappening = Extract<Happening, { kind: 'lock' }>;

/** What a lock tells, as the core hears it. */
export function happeningOf(set: (typeof lockSets)[number], news: LockNews): LockHappening {
  switch (news.do) {
    case 'held':
      return { kind: 'lock', set, news: 'held', epoch: news.epoch };
    case 'lost':
      return { kind: 'lock', set, news: 'lost', text: news.why };
    case 'refused':
      return { kind: 'lock', set, news: 'refused', text: news.by };
    case 'freed':
      return { kind: 'lock', set, news: 'freed' };
    case 'fault':
      return news.text === null
        ? { kind: 'lock', set, news: 'sound' }
        : { kind: 'lock', set, news: 'fault', text: news.text };
  }
}

/** What a life that begins was not told of a lock: that an earlier one holds it still, or lost it, and what is wrong. */
export function untoldOf(
  set: (typeof lockSets)[number],
  { phase, epoch, fault }: Pick<LockState, 'phase' | 'epoch' | 'fault'>,
): LockHappening[] {
  const news: LockNews[] = [];
  if (phase === 'holding') news.push({ do: 'held', epoch });
  if (phase === 'lost') news.push({ do: 'lost', why: 'before this life began' });
  if (fault !== null) news.push({ do: 'fault', text: fault });
  return news.map((item) => happeningOf(set, item));
}
