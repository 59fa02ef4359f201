import t, { type Test } from 'tap';
import type { LinkReport } from '../../firmware-agent/console/report.ts';
import { CROSSOVER_ADDRESS6, GATEWAY_ADDRESS6, HAS_IPV6 } from '../../scripts/laboratory/network.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { other, SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, type RunningPair, runningPair } from './support/running-pair.ts';

enterLaboratory();

interface Medium {
  readonly lines: readonly string[];
  /** What a node logs when it opens. */
  readonly started: (seat: Seat) => string;
}

const MEDIA: Readonly<Record<'ucast6' | 'mcast6', Medium>> = {
  ucast6: {
    // The same file for both: of its own line each makes nothing.
    lines: SEATS.map((seat) => `ucast6 x0 ${CROSSOVER_ADDRESS6[seat]}`),
    started: (seat) =>
      `glib: ucast6: heartbeat started for [${CROSSOVER_ADDRESS6[other(seat)]}]:694 on interface x0`,
  },
  mcast6: {
    lines: ['mcast6 x0 ff02::694 694 1 0'],
    started: () =>
      'glib: UDP multicast heartbeat started for [ff02::694]:694 on interface x0 (hops=1 loop=0)',
  },
};
const skip = HAS_IPV6 ? false : 'this kernel has no IPv6';

for (const [name, { lines, started }] of Object.entries(MEDIA))
  t.test(`a pair with serial and ${name}, and a gateway of IPv6`, { skip }, async (t) => {
    const directives = [...lines, `ping6 ${GATEWAY_ADDRESS6}`];
    const pair = await runningPair(t, { media: ['serial'], directives });
    for (const seat of SEATS) {
      await link(pair, seat, 'x0', 'up');
      await gateway(pair, seat, 'ping');
      t.equal(pair.observer.sighting.reports[seat]?.links.length, 2, 'nobody speaks to himself');
      const log = pair.lab.nodes[seat].log.tail(1000).join('\n');
      t.ok(log.includes(started(seat)), 'the medium is told as a Heartbeat tells it');
      t.ok(log.includes(`Link ${other(seat)}:x0 up.`));
      t.ok(log.includes(`Link ${GATEWAY_ADDRESS6}:${GATEWAY_ADDRESS6} up.`));
    }
    await cuts(t, pair);
  });

/** Each cable alone carries the pair, and what is cut is told. */
async function cuts(t: Test, pair: RunningPair): Promise<void> {
  const { lab, observer } = pair;
  await lab.network.cut('crossover');
  for (const seat of SEATS) await link(pair, seat, 'x0', 'down');
  await lab.network.mend('crossover');
  for (const seat of SEATS) await link(pair, seat, 'x0', 'up');
  await lab.serial.cut();
  for (const seat of SEATS) await link(pair, seat, lab.serial.ports[seat], 'down');
  for (const seat of SEATS) {
    const report = observer.sighting.reports[seat];
    t.equal(report?.peer.status, 'active', `${other(seat)} lives by IPv6 alone`);
    t.equal(linkOf(pair, seat, 'x0')?.state, 'up');
    t.ok(lab.nodes[seat].log.tail(1000).some((line) => line.includes(`Link ${other(seat)}:x0 dead.`)));
  }
  await lab.network.cut('nodea');
  await gateway(pair, 'nodea', 'dead');
  await lab.network.mend('nodea');
  await gateway(pair, 'nodea', 'ping');
}

function linkOf({ observer }: RunningPair, seat: Seat, name: string): LinkReport | undefined {
  return observer.sighting.reports[seat]?.links.find((link) => link.name === name);
}

function link(pair: RunningPair, seat: Seat, name: string, state: LinkReport['state']): Promise<void> {
  return until(
    `${seat} to tell its link ${name} ${state}`,
    () => linkOf(pair, seat, name)?.state === state,
    PATIENCE,
  );
}

function gateway({ observer }: RunningPair, seat: Seat, status: 'ping' | 'dead'): Promise<void> {
  return until(
    `${seat} to tell the gateway ${status}`,
    () => observer.sighting.reports[seat]?.pings[0]?.status === status,
    PATIENCE,
  );
}
