import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from './box.ts';

/** The name of a resource script that starts, unless it is broken on its box. */
export const FRAGILE = 'fragile';

/** For Heartbeat and ours alike: actions as resource scripts have them, the answers of `status` as they are read. */
const SCRIPT = `#!/bin/sh
for action; do :; done
case $action in
start) [ ! -e "$0.broken" ] && touch "$0.runs";;
stop) rm -f "$0.runs";;
status) if [ -e "$0.runs" ]; then echo running; else echo stopped; exit 3; fi;;
esac
`;

function place(box: Box): string {
  return join(box.directory, 'ha.d', 'resource.d', FRAGILE);
}

/** Put the script on a box, whole. */
export function installFragile(box: Box): void {
  const file = place(box);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, SCRIPT);
  chmodSync(file, 0o755);
}

/** It does not start on this box any more, or does again. */
export function breakFragile(box: Box, broken = true): void {
  const flag = `${place(box)}.broken`;
  if (broken) writeFileSync(flag, '');
  else rmSync(flag, { force: true });
}
