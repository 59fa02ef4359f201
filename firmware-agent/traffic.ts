import type { Event } from './core/event.ts';
import type { Observation } from './events/observation.ts';
import { FieldType, type Message } from './wire/message.ts';

/** From this debug level on every message is told. */
export const trafficLevel = 2;

/** What a step heard and said, a line for each message: for the debug file. */
export function trafficOf({ event, actions }: Observation): string[] {
  const lines = heard(event);
  for (const action of actions) {
    if (action.do === 'send') lines.push(`sent${numbered(action.seq)}: ${words(action.fields)}`);
    if (action.do === 'resend') lines.push(`sent again #${action.seq}`);
  }
  return lines;
}

function heard(event: Event): string[] {
  if (event.kind === 'receive') return [`received on ${event.link}: ${textOf(event.message)}`];
  if (event.kind === 'refuse') return [`refused on ${event.link}: ${event.reason}: ${event.detail}`];
  return [];
}

function numbered(seq: number | null): string {
  return seq === null ? '' : ` #${seq}`;
}

/** The fields that are text: the others name a node by numbers that nobody reads. */
function textOf({ fields }: Message): string {
  return words(
    fields.flatMap((field) => (field.type === FieldType.string ? [[field.name, field.value]] : [])),
  );
}

function words(fields: readonly (readonly string[])[]): string {
  return fields.map((field) => field.join('=')).join(' ');
}
