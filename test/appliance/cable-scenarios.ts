import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '../../scripts/appliance/guest.ts';
import { DEADTIME } from '../../scripts/appliance/settings.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { badLinks, linkDown } from './checks.ts';
import { LIMIT } from './play.ts';
import type { Scenario } from './step.ts';
import { A_SERVES } from './steps.ts';

export function cableCut(cable: 'serial' | 'crossover'): Scenario {
  const name = `${cable} cable`;
  return {
    name,
    steps: [
      {
        title: 'is cut: nothing moves',
        act: async (bench) => {
          await bench.cut(cable);
          await until(`both to miss the ${name}`, () => linkDown(bench, cable), LIMIT);
        },
        rest: A_SERVES,
        outage: 'none',
      },
      {
        title: 'is mended',
        act: async (bench) => {
          await bench.cut(cable, false);
          await until('all links up', async () => (await badLinks(bench)).length === 0, LIMIT);
        },
        rest: A_SERVES,
        outage: 'none',
      },
    ],
  };
}

export const bothCables: Scenario = {
  name: 'both cables',
  steps: [
    {
      title: 'are cut: the LAN still tells who serves',
      act: async (bench) => {
        for (const cable of ['serial', 'crossover'] as const) await bench.cut(cable);
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
    {
      title: 'are mended',
      act: async (bench) => {
        for (const cable of ['serial', 'crossover'] as const) await bench.cut(cable, false);
      },
      rest: A_SERVES,
      outage: 'none',
      check: badLinks,
    },
  ],
};

export const badSerialCableOnly: Scenario = {
  name: 'bad serial cable only',
  steps: [
    {
      title: 'noisy and slow, crossover cut',
      act: async (bench) => {
        await bench.serial.noise(0.0005);
        await bench.serial.slow(4800);
        await bench.cut('crossover');
        await until('both to miss the crossover', () => linkDown(bench, 'crossover'), LIMIT);
        await sleep(2 * DEADTIME);
      },
      rest: A_SERVES,
      outage: 'none',
    },
    {
      title: 'both are mended',
      act: async (bench) => {
        for (const cable of ['serial', 'crossover'] as const) await bench.cut(cable, false);
      },
      rest: A_SERVES,
      outage: 'none',
    },
  ],
};
