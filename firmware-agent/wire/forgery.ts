import type { Message } from './message.ts';

/** A message that no key of ours vouches for, as the log shall tell it. */
export interface Forgery {
  readonly ok: false;
  readonly kind: 'forged';
  readonly level: 'WARN' | 'ERROR';
  readonly detail: string;
}

/** How the message is written, and so how Heartbeat words what is wrong with it (spec logs-and-tools.md 2). */
export type Dialect = 'classic' | 'netstring';

/** Its digest is none, or not the one that the key gives; the words behind Heartbeat's say which. */
export function unfit(dialect: Dialect, message: Message, why: string): Forgery {
  return dialect === 'classic'
    ? forgery('WARN', `string2msg_ll: node [${senderOf(message)}] failed authentication: ${why}`)
    : // Heartbeat writes both digests here; the right one would be of use to a forger who reads the log.
      forgery('ERROR', `authtoken does not match; netstring authentication failed: ${why}`);
}

/** It names a key that authkeys does not have. */
export function unknownKey(dialect: Dialect, index: number): Forgery {
  const type = dialect === 'classic' ? ' type' : '';
  return forgery('WARN', `Invalid authentication${type} [${index}] in message! authkeys has no key ${index}`);
}

function forgery(level: Forgery['level'], detail: string): Forgery {
  return { ok: false, kind: 'forged', level, detail };
}

/** Only what looks like a node's name: nobody vouches for these bytes. */
function senderOf(message: Message): string {
  const name = message.text('src') ?? '';
  return /^[\w.-]{1,64}$/.test(name) ? name : '?';
}
