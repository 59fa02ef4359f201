import type { Message } from '../wire/message.ts';
import type { Fields } from './action.ts';
import { beat } from './membership.ts';
import type { LinkState } from './state.ts';
import { log, say, type Turn } from './turn.ts';

/** Fields of a `twin_cable`; the standard ones are of the message alone. */
const ownFields = ['exam', 'no', 'call', 'with', 'is', 'failed'] as const;

/** Two agents that examine a cable talk over the others; what they say is nothing to the core. */
export function onCableTalk(turn: Turn, message: Message): void {
  const fields = ownFields.flatMap((name): Fields => {
    const value = message.text(name);
    return value === undefined ? [] : [[name, value]];
  });
  turn.actions.push({ do: 'cable talk', fields });
}

export function sayCableTalk(turn: Turn, fields: Fields): void {
  if (turn.state.peer.twinbeat) say(turn, 'twin_cable', ...fields);
}

/** While a cable is examined its silence says nothing; afterwards it has a whole deadtime to be heard again. */
export function onExamined(turn: Turn, name: string, isExamined: boolean): void {
  const link = turn.state.links[name];
  if (!link || link.examined === isExamined) return;
  link.examined = isExamined;
  if (isExamined) {
    log(turn, 'info', `${name} is examined: it carries no heartbeats.`);
    return;
  }
  awaitHeartbeats(turn, link);
  // The other end may have had none for nearly as long as it waits.
  beat(turn);
  log(turn, 'info', `${name} carries heartbeats again.`);
}

function awaitHeartbeats({ state }: Turn, link: LinkState): void {
  if (link.up) link.givenBackAt = state.now;
  // One that was silent before is told of then, if nobody did.
  else if (state.linksUp) state.silentLinksAt ??= state.now + state.peer.deadtime;
}
