import type { Slot } from './sector.ts';
import type { LockState } from './state.ts';

/** Why the two sectors cannot be used, in words; null: they can. */
export function unfit({ settings }: LockState, own: Slot, other: Slot): string | null {
  if (own.content === 'foreign' || other.content === 'foreign')
    return 'holds other data, which a lock would overwrite: name another disk or file, or clear this one if nobody needs it';
  const { index, node } = settings;
  if (own.content === 'record' && own.record.node !== node)
    return `sector ${index} belongs to ${own.record.node}, not to ${node}: clear the lock if the pair has new names`;
  if (other.content === 'record' && other.record.node === node)
    return `sector ${1 - index} belongs to ${node} too: clear the lock if the pair has new names`;
  return null;
}

/** Somebody else wrote into our sector, or a write that the disk confirmed is not there. */
export function overwritten({ written }: LockState, own: Slot): boolean {
  if (written === null) return false;
  if (own.content !== 'record') return true;
  return own.record.incarnation !== written.incarnation || own.record.counter !== written.counter;
}
