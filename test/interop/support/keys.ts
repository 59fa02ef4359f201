import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MixedPair } from '../../../scripts/laboratory/mixed.ts';
import type { Seat } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';

const LIMIT = 20_000;

/** Give a node another authkeys and have it read again. */
export async function reload(pair: MixedPair, seat: Seat, authkeys: string): Promise<void> {
  const node = pair.nodes[seat];
  const mark = node.log.mark();
  // Only this file: a real one restarts where ha.cf is newer than it was.
  writeFileSync(join(node.box.directory, 'ha.d', 'authkeys'), authkeys);
  await node.reload();
  const reread = (): boolean =>
    node.log.since(mark).some((line) => line.includes('Rereading authentication file'));
  await until(`${seat} to read its keys again`, reread, LIMIT);
}

/** One node at a time: both learn the new entry, then sign with it, then forget the old one. */
export function roll(oldKey: string, newKey: string): readonly [what: string, authkeys: string][] {
  return [
    ['learns the new key', `auth 1\n${oldKey}\n${newKey}\n`],
    ['signs with the new key', `auth 2\n${oldKey}\n${newKey}\n`],
    ['forgets the old key', `auth 2\n${newKey}\n`],
  ];
}
