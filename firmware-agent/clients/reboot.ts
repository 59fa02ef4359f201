import { spawnChild } from '../resources/child.ts';

/** Tried in this order: the first needs nobody, the second asks init. */
const ways = [['/sbin/reboot', '-f'], ['/sbin/reboot']] as const;

/** Reboot this machine; `failed` hears why it goes on. */
export function rebootMachine(failed: (text: string) => void): void {
  attempt(0, failed);
}

function attempt(index: number, failed: (text: string) => void): void {
  const [program, ...args] = ways[index] ?? [];
  if (program === undefined) {
    failed('The machine did not reboot: do it by hand.');
    return;
  }
  const child = spawnChild(program, args, { detached: true, stdio: 'ignore' });
  child.once('error', () => attempt(index + 1, failed));
  child.once('exit', (code) => {
    if (code !== 0) attempt(index + 1, failed);
  });
}
