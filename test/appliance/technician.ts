import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../../scripts/appliance/bench.ts';
import type { SerialCable } from '../../scripts/appliance/serial-cable.ts';
import { CONSOLE_BAUD } from '../../scripts/appliance/settings.ts';
import { other, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { atCable, type ConsoleHuman } from '../laboratory/support/console-human.ts';

/** Milliseconds for whatever is waited for at a console of an emulated box. */
const PATIENCE = 30_000;

/** Somebody in front of a box, with a laptop at its third serial port. */
export interface Technician {
  readonly seat: Seat;
  readonly baud: number;
  readonly human: ConsoleHuman;
  readonly cable: SerialCable;
}

/** Plug the laptop in, work at it, and take it away again. */
export async function atLaptop(
  bench: Bench,
  seat: Seat,
  work: (technician: Technician) => Promise<unknown>,
): Promise<void> {
  const cable = bench.laptops[seat];
  const baud = CONSOLE_BAUD[seat];
  const laptop = other(seat);
  const ends: (() => unknown)[] = [];
  await cable.open(laptop, baud);
  try {
    const human = await atCable({ teardown: (end) => ends.push(end) }, cable.ports[laptop], baud, PATIENCE);
    await work({ seat, baud, human, cable });
  } finally {
    for (const end of ends) await end();
    cable.drop(laptop);
    await cable.mend();
  }
}

export function promptOf({ seat }: Technician): RegExp {
  return new RegExp(`${seat}> $`);
}

/**
 * From anything to an empty line at the prompt: what runs is stopped, a session that has ended is begun anew, and one that ends
 * just now, too.
 */
export async function toPrompt(technician: Technician): Promise<void> {
  const { human, seat } = technician;
  let from = 0;
  const shows = async (expected: RegExp) => {
    for (let looks = 0; looks < 20 && !expected.test(human.text.slice(from)); looks += 1) await sleep(200);
    return expected.test(human.text.slice(from));
  };
  const press = async () => {
    from = human.text.length;
    human.paste('\x03\r');
    if (!(await shows(promptOf(technician)))) return false;
    from = human.text.length;
    human.paste('version\r');
    return shows(new RegExp(`the agent: .*${seat}> $`, 's'));
  };
  await until(() => `the prompt, and saw ${JSON.stringify(human.text.slice(from))}`, press, PATIENCE);
}

export function leave({ human, seat }: Technician): Promise<string> {
  return human.says('quit\r', new RegExp(`${seat}: press Enter for the console of Twinbeat\\.\\r\\n$`));
}
