import type { Config } from '../config/config.ts';
import { nameOf } from '../fencing/device.ts';
import { span } from './text.ts';

/** What stands between a peer that is dead and its groups. */
export function guards(config: Config): string[] {
  return [human(config), network(config), look(config), fence(config), lock(config)].map(
    (text, index) => `${index + 1}. ${text}`,
  );
}

function human({ defences: { takeoverDelay } }: Config): string {
  if (takeoverDelay === 0) return 'A human: not waited for (takeover auto).';
  return takeoverDelay === null
    ? 'A human: nothing is taken before `twinbeat takeover --confirm` (takeover confirm).'
    : `A human: \`twinbeat takeover --confirm\` takes at once, otherwise it is taken after ${span(takeoverDelay)}.`;
}

function network({ defences: { releaseIsolated } }: Config): string {
  return releaseIsolated
    ? 'The network: a ping node answers this node; who hears nobody may be the one that is cut off.'
    : 'The network: not asked.';
}

function look({ defences, peer }: Config): string {
  if (!defences.look) return 'The LAN: not asked; an address is taken whoever has it (look-before-take off).';
  const after =
    defences.takeAfter === null
      ? 'for as long as it answers'
      : `until it answered for ${span(defences.takeAfter)} (take-after)`;
  const stranger = defences.takeFromStranger
    ? 'one that is not its box does not hinder it (stranger take)'
    : 'any other machine that has the address hinders it, too (stranger refuse)';
  return `The LAN: an address for which the box of ${peer} still answers is not taken, ${after}; ${stranger}.`;
}

function fence({ fencing, peer }: Config): string {
  if (fencing.length === 0) return `Fencing: none; that ${peer} is silent is taken for its death.`;
  const ways = fencing.map((device) =>
    device.kind === 'manual' ? `a human who runs \`twinbeat fence-ack ${peer}\`` : nameOf(device),
  );
  return `Fencing: ${peer} is switched off or reset by ${ways.join(', else by ')}; without that nothing is taken.`;
}

function lock({ lock, peer }: Config): string {
  if (lock === null) return 'The disk lock: none.';
  return (
    `The disk lock: ${lock.path} is held here; after the death of ${peer} its lease of ${span(lock.lease)} must be over, ` +
    'which takes up to 1.39 times that since it was last renewed.'
  );
}
