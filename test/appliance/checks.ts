import type { LinkReport } from '../../firmware-agent/console/report.ts';
import type { Bench } from '../../scripts/appliance/bench.ts';
import { status } from '../../scripts/appliance/guest.ts';
import { SEATS, type Seat } from '../../scripts/laboratory/seat.ts';

async function links(bench: Bench, seat: Seat): Promise<readonly LinkReport[]> {
  return (await status(bench, seat))?.links ?? [];
}

/** Links that either node takes for dead. */
export async function badLinks(bench: Bench): Promise<string[]> {
  const wrong: string[] = [];
  for (const seat of SEATS)
    for (const { name, state } of await links(bench, seat))
      if (state !== 'up') wrong.push(`${seat}: the link ${name} is ${state}`);
  return wrong;
}

/** Whether both nodes know that this cable is lost. */
export async function linkDown(bench: Bench, cable: 'serial' | 'crossover'): Promise<boolean> {
  for (const seat of SEATS) {
    const link = (await links(bench, seat)).find(
      ({ medium }) => (medium === 'serial') === (cable === 'serial'),
    );
    if (link?.state !== 'down') return false;
  }
  return true;
}

/** Whether a box has booted to its end since it had done so `boots` times. */
export async function booted(bench: Bench, seat: Seat, boots: number): Promise<boolean> {
  return bench.machines[seat].shell.boots > boots;
}

/** What a fresh boot should have made of a box and did not. */
export async function wrongBoot(bench: Bench): Promise<string[]> {
  const wrong = await badLinks(bench);
  for (const seat of SEATS) {
    const { shell } = bench.machines[seat];
    const report = await status(bench, seat);
    if (report?.watchdog?.armed !== true) wrong.push(`${seat}: its watchdog is not armed`);
    const lines = /^1:.*$/m.exec(await shell.run('cat /proc/tty/driver/serial'))?.[0] ?? '';
    if (!lines.includes('CTS|DTR|DSR|CD')) wrong.push(`${seat}: the null modem's lines are ${lines}`);
    const written = await shell.run('touch /written 2>&1 && echo yes || echo no');
    if (!written.endsWith('no\n')) wrong.push(`${seat}: its root can be written to`);
  }
  return wrong;
}

/** A command that leaves no room in a directory that is a file system. */
export function filled(directory: string): string {
  return `dd if=/dev/zero of=${directory}/full bs=4096 2>/dev/null || :`;
}
