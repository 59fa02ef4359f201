import type { AlarmKind } from './action.ts';
import type { Turn } from './turn.ts';

type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** Raise an alarm, unless it stands with the same text already; `about` tells alarms of one kind apart, as two cables. */
export function raise(
  turn: Turn,
  kind: AlarmKind,
  level: 'crit' | 'warning',
  text: string,
  facts: Facts = {},
  about = '',
): void {
  const { state } = turn;
  const name = nameOf(kind, about);
  if (state.alarms[name] === text) return;
  state.alarms = { ...state.alarms, [name]: text };
  turn.actions.push({ do: 'alarm', kind, level, text, facts: withSubject(facts, about) });
}

/** What an alarm was about is over; nothing happens where it does not stand. */
export function clear(turn: Turn, kind: AlarmKind, text: string, about = ''): void {
  const { state } = turn;
  const name = nameOf(kind, about);
  const { [name]: standing, ...others } = state.alarms;
  if (standing === undefined) return;
  state.alarms = others;
  turn.actions.push({ do: 'alarm', kind, level: 'cleared', text, facts: withSubject({}, about) });
}

/** All of a kind are over. */
export function clearAll(turn: Turn, kind: AlarmKind, text: string): void {
  for (const name of Object.keys(turn.state.alarms)) {
    const end = name.indexOf(' ');
    const about = end < 0 ? '' : name.slice(end + 1);
    if (name === nameOf(kind, about)) clear(turn, kind, text, about);
  }
}

function nameOf(kind: AlarmKind, about: string): string {
  return about === '' ? kind : `${kind} ${about}`;
}

function withSubject(facts: Facts, about: string): Facts {
  return about === '' ? facts : { ...facts, of: about };
}
