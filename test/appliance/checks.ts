import type { LinkReport } from '../../firmware-agent/console/report.ts';
import type { Claims } from '../../scripts/appliance/answers.ts';
import type { Bench, Cable } from '../../scripts/appliance/bench.ts';
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
export async function linkDown(bench: Bench, cable: Cable): Promise<boolean> {
  const both = await Promise.all(SEATS.map((seat) => linkOn(bench, seat, cable)));
  return both.every((link) => link?.state === 'down');
}

async function linkOn(bench: Bench, seat: Seat, cable: Cable): Promise<LinkReport | undefined> {
  return (await links(bench, seat)).find(({ medium }) => (medium === 'serial') === (cable === 'serial'));
}

/** Nodes that tell something else of a cable's hardware than this; null: that it hears the other end. */
export async function wrongSignal(bench: Bench, cable: Cable, wanted: RegExp | null): Promise<string[]> {
  const wrong: string[] = [];
  for (const seat of SEATS) {
    const missing = (await linkOn(bench, seat, cable))?.missing ?? null;
    const isRight = missing === null ? wanted === null : wanted?.test(missing) === true;
    if (!isRight) wrong.push(`${seat}: of the ${cable} cable's hardware it tells: ${missing ?? 'nothing'}`);
  }
  return wrong;
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

/** Whether the watchdog did not reset nodea before nodeb first said that the address is its own. */
export async function lateReset(bench: Bench, { first }: Claims): Promise<string[]> {
  const { watchdogAt } = bench.machines.nodea;
  if (watchdogAt === null) return ['the watchdog did not reset nodea'];
  return first.nodeb !== null && first.nodeb > watchdogAt
    ? []
    : [`nodeb took the address before the watchdog had reset nodea`];
}

/** Whether a directory that was filled has room after all. */
export async function roomIn(bench: Bench, seat: Seat, directory: string): Promise<string[]> {
  const probe = `${directory}/probe`;
  const command = `{ echo 1 >${probe}; cat ${probe}; } 2>/dev/null; rm -f ${probe}`;
  const kept = await bench.machines[seat].shell.run(command);
  return kept === '' ? [] : [`${seat}: there is room in ${directory}`];
}

/** Whether a box does not live in this year. */
export async function otherYear(bench: Bench, seat: Seat, year: number): Promise<string[]> {
  const said = (await bench.machines[seat].shell.run('date +%Y')).trim();
  return said === String(year) ? [] : [`${seat} has the year ${said}`];
}

/** A command that leaves no room in a directory that is a file system. */
export function filled(directory: string): string {
  return `dd if=/dev/zero of=${directory}/full bs=4096 2>/dev/null || :`;
}
