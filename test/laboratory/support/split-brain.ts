import type { Test } from 'tap';
import type { StatusReport } from '../../../firmware-agent/console/report.ts';
import type { Laboratory } from '../../../scripts/laboratory/laboratory.ts';
import { VIRTUAL_ADDRESS } from '../../../scripts/laboratory/network.ts';
import type { Seat } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';
import { PATIENCE } from './running-pair.ts';

/** The box has the pair's address, whoever runs there. */
export async function has(lab: Laboratory, seat: Seat): Promise<boolean> {
  return (await lab.network.addresses(seat, 'eth0')).includes(VIRTUAL_ADDRESS);
}

/** Neither hears the other any more. */
export async function cutBoth(lab: Laboratory): Promise<void> {
  await Promise.all([lab.serial.cut(), lab.network.cut('crossover')]);
}

export async function mendBoth(lab: Laboratory): Promise<void> {
  await Promise.all([lab.serial.mend(), lab.network.mend('crossover')]);
}

/** Wait until a node raises, or no longer has, an alarm. */
export async function alarm(lab: Laboratory, seat: Seat, kind: string, stands = true): Promise<void> {
  const seen = async (): Promise<boolean> => {
    const report: StatusReport | null = await lab.nodes[seat].status();
    return (report?.alarms.some((standing) => standing.kind === kind) ?? false) === stands;
  };
  await until(`${kind} to ${stands ? 'stand' : 'be over'} on ${seat}`, seen, PATIENCE);
}

export async function oneOwner(t: Test, lab: Laboratory, mark: number, owner: Seat): Promise<void> {
  const { answeredBy } = await lab.client.since(mark);
  t.same(answeredBy, [owner], `only ${owner} answered the client`);
}
