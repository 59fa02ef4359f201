import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { errorText } from '../../hw/error.ts';

/** `/run/heartbeat.pid` for the run directory `/run/heartbeat` (spec logs-and-tools.md 7). */
export function pidPath(runDir: string): string {
  return `${runDir}.pid`;
}

/** Write this process's pid as Heartbeat does. Commands find the agent without it, so what goes wrong is only told. */
export function writePid(runDir: string, warn: (text: string) => void): void {
  const path = pidPath(runDir);
  try {
    writeFileSync(`${path}.new`, `${String(process.pid).padStart(10)}\n`, { mode: 0o644 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    warn(`${path} cannot be written: ${errorText(error)}`);
  }
}

/** Take the file away, unless another process's pid is in it by now. */
export function removePid(runDir: string): void {
  if (readPid(runDir) === process.pid) rmSync(pidPath(runDir), { force: true });
}

/** The pid in the file; null: there is none that can be read. */
export function readPid(runDir: string): number | null {
  let text: string;
  try {
    text = readFileSync(pidPath(runDir), 'utf8').trim();
  } catch {
    // Not there, or not for this user: then nothing is known.
    return null;
  }
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null;
}
