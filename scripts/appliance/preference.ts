import { writeFileSync } from 'node:fs';

/**
 * A box does not get slower because the machine that emulates it has other things to do: what it misses to answer then would be
 * taken for its death.
 */
const PREFERENCE = -10;
/** Words before a command that is preferred. */
export const PREFERRED = ['nice', '-n', String(PREFERENCE)];

/** Prefer a session, by its first process: where the kernel shares the processors out by session, `nice` alone says nothing. */
export function prefer(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(PREFERENCE), { flag: 'r+' });
  } catch (error) {
    // A kernel that does not do so, or a container that may not: the box is as slow as the machine then.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOENT', 'EACCES', 'EPERM'].includes(code)) throw error;
  }
}
