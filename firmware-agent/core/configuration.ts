import type { Message } from '../wire/message.ts';
import { clear, raise } from './alarm.ts';
import { log, say, type Turn } from './turn.ts';

/**
 * Two of ours compare what their files say where both have to say the same: a digest goes with every `status`, and where it
 * differs each tells the other its items once.
 */

/** Fields of a `twin_config`; more items are compared by the digest alone. */
const mostItems = 64;

export function digestField({ state }: Turn): readonly (readonly [string, string])[] {
  const { configurationDigest } = state.settings;
  return configurationDigest === '' ? [] : [['cfg', configurationDigest]];
}

/** A peer of an older version, or a Heartbeat, tells none. One that is active knows us, and does not pass over what we say. */
export function heedDigest(turn: Turn, message: Message): void {
  if (message.text('st') !== 'active') return;
  const { peer, settings } = turn.state;
  const digest = message.text('cfg') ?? null;
  if (digest === peer.configurationDigest) return;
  peer.configurationDigest = digest;
  if (digest === null || settings.configurationDigest === '' || digest === settings.configurationDigest) {
    clear(turn, 'configuration-differs', 'Both nodes have the same configuration.');
    return;
  }
  const items = settings.configuration.slice(0, mostItems);
  say(turn, 'twin_config', ...items.map((item, index) => [`i${index}`, item] as const));
}

export function onPeerConfiguration(turn: Turn, message: Message): void {
  const { settings } = turn.state;
  const theirs = new Set<string>();
  for (let index = 0; index < mostItems; index += 1) {
    const item = message.text(`i${index}`);
    if (item !== undefined) theirs.add(item);
  }
  const ours = settings.configuration.slice(0, mostItems);
  const here = ours.filter((item) => !theirs.has(item));
  const there = [...theirs].filter((item) => !ours.includes(item));
  if (here.length === 0 && there.length === 0) return;
  const list = (items: readonly string[]) => (items.length === 0 ? 'nothing of that' : items.join('; '));
  const text = `The configurations differ: ${settings.self} has ${list(here)}; ${settings.peer} has ${list(there)}.`;
  log(turn, 'WARN', text);
  raise(turn, 'configuration-differs', 'warning', text, { here: here.join('; '), there: there.join('; ') });
}
