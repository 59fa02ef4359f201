import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, CABLES, type Cable } from '../../scripts/appliance/bench.ts';
import { status } from '../../scripts/appliance/guest.ts';
import { DEADTIME, KEEPALIVE } from '../../scripts/appliance/settings.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { badLinks, linkDown, wrongSignal } from './checks.ts';
import { LIMIT } from './play.ts';
import type { Scenario, Step } from './step.ts';
import { A_SERVES } from './steps.ts';

const areMended: Step = {
  title: 'all cables are mended',
  act: async (bench) => {
    for (const cable of CABLES) await bench.mend(cable);
    await until('all links up', async () => (await badLinks(bench)).length === 0, LIMIT);
    for (const cable of CABLES) {
      const isHeard = async () => (await wrongSignal(bench, cable, null)).length === 0;
      await until(`the hardware to hear the ${cable} cable's other end`, isHeard, LIMIT);
    }
  },
  rest: A_SERVES,
  outage: 'none',
};

function missed(bench: Bench, cable: Cable): Promise<void> {
  return until(`both to miss the ${cable} cable`, () => linkDown(bench, cable), LIMIT);
}

/** What the hardware of both ends tells of a cable that is out. */
const SIGNALS: Readonly<Record<Cable, RegExp>> = {
  serial: /^DSR and DCD are off/,
  crossover: /^no carrier/,
};

export function cableCut(cable: Cable): Scenario {
  return {
    name: `${cable} cable cut`,
    steps: [
      {
        title: 'nothing moves',
        act: async (bench) => {
          await bench.cut(cable);
          await missed(bench, cable);
        },
        rest: A_SERVES,
        outage: 'none',
        check: (bench) => wrongSignal(bench, cable, SIGNALS[cable]),
      },
      areMended,
    ],
  };
}

export const bothCablesCut: Scenario = {
  name: 'both cables cut',
  steps: [
    {
      title: 'the LAN still tells who serves',
      act: async (bench) => {
        for (const cable of CABLES) await bench.cut(cable);
        await until(
          'both to take the other for dead',
          async () => {
            const reports = await Promise.all(SEATS.map((seat) => status(bench, seat)));
            return reports.every((report) => report?.peer.status === 'dead');
          },
          LIMIT,
        );
        await sleep(DEADTIME);
      },
      rest: { owner: 'nodea', pair: 'apart' },
      outage: 'none',
    },
    areMended,
  ],
};

/** What a bad cable does to heartbeats; each still lets some through within any deadtime. */
const FAULTS: Readonly<Record<Cable, Readonly<Record<'noisy' | 'slow', (bench: Bench) => Promise<void>>>>> = {
  serial: {
    // One message in five or six is hit.
    noisy: (bench) => bench.serial.noise(0.0005),
    slow: (bench) => bench.serial.slow(4800),
  },
  crossover: {
    noisy: (bench) => bench.crossover.noise(0.3),
    slow: (bench) => bench.crossover.slow(1.5 * KEEPALIVE),
  },
};

/** The pair has only the bad cable left: the other one is cut. */
export function cableBad(cable: Cable, how: 'noisy' | 'slow'): Scenario {
  const good = cable === 'serial' ? 'crossover' : 'serial';
  return {
    name: `${cable} cable ${how}`,
    steps: [
      {
        title: `the ${good} cable cut, too: nothing moves`,
        act: async (bench) => {
          await FAULTS[cable][how](bench);
          await bench.cut(good);
          await missed(bench, good);
          await sleep(DEADTIME);
        },
        rest: A_SERVES,
        outage: 'none',
        check: async (bench) =>
          cable === 'crossover' && how === 'noisy' && (await bench.crossover.lost()) === 0
            ? ['not one heartbeat was lost']
            : [],
      },
      areMended,
    ],
  };
}
