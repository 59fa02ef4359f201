import type { Alarm } from '../alarm/alarm.ts';
import type { AlarmKind } from '../core/action.ts';
import type { Happened } from './event.ts';
import type { Observation } from './observation.ts';

/** What the states themselves tell, with more of the reason. */
const toldOtherwise: readonly AlarmKind[] = ['peer-dead', 'link-lost'];

/** Persons and devices: what was asked for, answered, raised, fenced. */
export function actionEvents({ event, after, actions }: Observation): Happened[] {
  const { peer } = after.settings;
  const told: Happened[] = [];
  if (event.kind === 'command')
    told.push(asked(`${event.command} ${event.set}`, { command: event.command, set: event.set }));
  if (event.kind === 'confirm') told.push(asked('takeover --confirm', { command: 'confirm' }));
  if (event.kind === 'fence-ack') told.push(asked(`fence-ack ${peer}`, { command: 'fence-ack' }));
  if (event.kind === 'fenced' && event.ok)
    told.push({ kind: 'fencing', text: `${peer} is fenced: ${event.text}`, facts: { peer, done: true } });
  for (const action of actions) {
    if (action.do === 'answer')
      told.push({ kind: 'answer', text: `answer: ${action.text}`, facts: { ok: action.ok } });
    else if (action.do === 'fence')
      told.push({ kind: 'fencing', text: `${peer} is to be fenced`, facts: { peer, done: false } });
    else if (action.do === 'alarm' && !toldOtherwise.includes(action.kind)) told.push(alarmHappened(action));
  }
  return told;
}

/** An alarm that was raised, or is over. */
export function alarmHappened({ kind, level, text, facts }: Alarm): Happened {
  if (level === 'cleared')
    return { kind: 'cleared', text: `over (${kind}): ${text}`, facts: { ...facts, alarm: kind } };
  return { kind: 'alarm', text: `ALARM ${text}`, facts: { ...facts, alarm: kind, level } };
}

function asked(what: string, facts: Happened['facts']): Happened {
  return { kind: 'operator', text: `an operator asked for: ${what}`, facts };
}
