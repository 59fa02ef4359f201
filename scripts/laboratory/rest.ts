import type { StatusReport } from '../../firmware-agent/console/report.ts';
import type { Laboratory } from './laboratory.ts';
import { type Observer, type Sighting, served } from './observer.ts';
import { SEATS, type Seat } from './seat.ts';
import { until } from './wait.ts';

/**
 * Wait until the pair is at rest: both nodes active and stable, `owner` serving, the other standing by, the client
 * answered by the owner. The error after `limit` milliseconds, or at once where an agent ended unasked, says what is not.
 */
export function rest(lab: Laboratory, observer: Observer, owner: Seat, limit: number): Promise<void> {
  const reason = (): string | null => {
    const failed = SEATS.find((seat) => lab.nodes[seat].failure !== null);
    if (failed !== undefined) throw new Error(`${failed}: ${lab.nodes[failed].failure}`);
    return unrest(observer.sighting, owner);
  };
  return until(
    () => `${owner} to serve: ${reason()}`,
    () => reason() === null,
    limit,
  );
}

/** What still keeps the pair from being at rest, for people; null: nothing. */
function unrest({ reports, strip }: Sighting, owner: Seat): string | null {
  for (const seat of SEATS) {
    const report = reports[seat];
    const reason = report === null ? 'no agent answers' : restless(report, seat === owner);
    if (reason !== null) return `${seat}: ${reason}`;
  }
  const answering = strip.at(-1) ?? null;
  return answering === owner ? null : `the client is answered by ${answering ?? 'nobody'}`;
}

export function restless(report: StatusReport, shouldServe: boolean): string | null {
  if (report.status !== 'active') return `its status is ${report.status}`;
  if (report.peer.status !== 'active') return `it sees its peer as ${report.peer.status}`;
  if (!report.stable) return 'its resources move';
  const serves = served(report).length > 0;
  if (serves === shouldServe) return null;
  return serves ? 'it serves' : 'it does not serve';
}
