import type { Message } from '../wire/message.ts';
import { type ResourceSet, resourceSets } from './control-protocol.ts';

/** What a message in the FIFO asks this node for. */
export interface FifoWish {
  readonly command: 'standby' | 'takeover';
  readonly set: ResourceSet;
}

/** The wish of Heartbeat's hb_standby and hb_takeover (spec logs-and-tools.md 3.2, 3.3); null: it is none of them. */
export function fifoWish(message: Message): FifoWish | null {
  const command = commandOf(message);
  // Heartbeat, too, takes a set that is not named for all (spec cluster.md 7.1).
  const named = message.text('rsc_hold') ?? 'all';
  const set = resourceSets.find((known) => known === named);
  return command === null || set === undefined ? null : { command, set };
}

function commandOf(message: Message): FifoWish['command'] | null {
  switch (message.text('t')) {
    case 'ask_resources':
      return message.text('info') === 'me' ? 'standby' : null;
    case 'hb_takeover':
      return 'takeover';
    default:
      return null;
  }
}
