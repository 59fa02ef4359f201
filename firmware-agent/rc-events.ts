import type { State } from './core/state.ts';
import type { Observation } from './events/observation.ts';
import { FieldType, type Message } from './wire/message.ts';

/** What a script of rc.d hears of: its name, and the fields of the message that came or that would have come. */
export interface RcEvent {
  readonly type: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The events of one step (spec logs-and-tools.md 5): messages of the peer, and who or what came up or died. */
export function rcEvents({ before, event, after }: Observation): RcEvent[] {
  const { peer } = after.settings;
  const message = event.kind === 'receive' && isNew(before, after) ? event.message : null;
  const events: RcEvent[] = [];
  const type = message?.text('t');
  if (message !== null && type !== undefined && type !== 'status')
    events.push({ type, fields: textsOf(message) });
  if (before.peer.status !== after.peer.status) {
    const said = type === 'status' && message !== null ? textsOf(message) : {};
    events.push(statusOf({ ...said, src: peer, st: after.peer.status }));
  }
  for (const [name, { status }] of Object.entries(after.pings)) {
    if (status !== before.pings[name]?.status && status !== 'init')
      events.push(statusOf({ src: name, st: status, info: 'ping' }));
  }
  for (const [ifname, { up }] of Object.entries(after.links)) {
    if (up !== (before.links[ifname]?.up ?? false))
      events.push({ type: 'ifstat', fields: { t: 'ifstat', node: peer, ifname, st: up ? 'up' : 'dead' } });
  }
  return events;
}

function statusOf(fields: RcEvent['fields']): RcEvent {
  return { type: 'status', fields: { ...fields, t: 'status' } };
}

/** The step took a message of the peer that it had not had before. */
function isNew(before: State, after: State): boolean {
  return before.peer.lastSeq !== after.peer.lastSeq || after.peer.missing.size < before.peer.missing.size;
}

function textsOf(message: Message): Record<string, string> {
  const texts = message.fields.flatMap((field) =>
    field.type === FieldType.string ? [[field.name, field.value] as const] : [],
  );
  return Object.fromEntries(texts);
}
