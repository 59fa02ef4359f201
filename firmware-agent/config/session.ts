import { readdirSync, readFileSync, statSync } from 'node:fs';

/** A process that has a terminal as its own: a login that waits, or the shell of somebody who logged in. */
export interface Session {
  readonly pid: number;
  /** As the kernel knows its program. */
  readonly name: string;
}

/** The session on this terminal, told by the process that leads it; undefined: nobody has it, or it is no terminal. */
export function sessionOn(path: string): Session | undefined {
  const device = statSync(path, { throwIfNoEntry: false });
  if (!device?.isCharacterDevice()) return undefined;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const there = pids.map(readProcess).filter((each) => each?.terminal === device.rdev);
  return there.find((each) => each?.leads) ?? there[0];
}

/** Its terminal is a device number as stat(2) has it, 0: none. */
function readProcess(pid: string): (Session & { terminal: number; leads: boolean }) | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [, name = '', session, terminal] = /^\d+ \((.*)\) \S+ \d+ \d+ (\d+) (\d+) /s.exec(text) ?? [];
    return { pid: Number(pid), name, terminal: Number(terminal), leads: session === pid };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
