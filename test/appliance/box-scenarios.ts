import { service } from '../../scripts/appliance/guest.ts';
import { DEADTIME } from '../../scripts/appliance/settings.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { filled, wrongBoot } from './checks.ts';
import { LIMIT } from './play.ts';
import type { Scenario } from './step.ts';
import { A_SERVES, B_ALONE, losesPower, powerReturns, resets } from './steps.ts';

export const boot: Scenario = {
  name: 'boot',
  steps: [
    {
      title: 'both boot from a root that is read-only',
      act: async (bench) => {
        for (const seat of SEATS) await bench.powerOn(seat);
      },
      rest: A_SERVES,
      outage: 'any',
      check: wrongBoot,
    },
  ],
};

export const powerLoss: Scenario = {
  name: 'power loss',
  steps: [losesPower, powerReturns()],
};

export const frozenBox: Scenario = {
  name: 'frozen box',
  steps: [
    {
      title: 'nodea stands still',
      act: (bench) => bench.machines.nodea.freeze(),
      rest: B_ALONE,
      outage: 'takeover',
    },
    {
      title: 'it goes on, its clocks stood still too',
      act: (bench) => bench.machines.nodea.thaw(),
      rest: A_SERVES,
      outage: 'move',
      // Nothing told the box that time passed: it believes to serve until it hears the other one.
      both: DEADTIME,
    },
  ],
};

export const sleepingBox: Scenario = {
  name: 'sleeping box',
  steps: [
    {
      title: 'nodea sleeps',
      act: async (bench) => bench.machines.nodea.sleep(),
      rest: B_ALONE,
      outage: 'takeover',
    },
    {
      // The card's time passes in two halves, each of which begins when the one before is over: it does not reset the box.
      title: 'it wakes up, lets go and starts anew',
      act: async (bench) => bench.machines.nodea.wake(),
      rest: A_SERVES,
      outage: 'move',
    },
  ],
};

export const hungAgent: Scenario = {
  name: 'hung agent',
  steps: [
    resets('its watchdog resets nodea', (bench) =>
      bench.machines.nodea.shell.run('kill -STOP $(cat /run/heartbeat.pid)'),
    ),
  ],
};

export const resetButton: Scenario = {
  name: 'reset button',
  steps: [resets('nodea is reset', (bench) => bench.machines.nodea.reset())],
};

export const kernelPanic: Scenario = {
  name: 'kernel panic',
  steps: [
    resets('its watchdog resets nodea', async (bench) =>
      bench.machines.nodea.shell.begin('echo c >/proc/sysrq-trigger'),
    ),
  ],
};

export const diskFullClockLost: Scenario = {
  name: 'disk full, clock lost',
  steps: [
    {
      title: 'nodeb starts anew with no room for state',
      act: async (bench) => {
        await bench.machines.nodeb.shell.run(filled('/var/lib/heartbeat'));
        await bench.machines.nodeb.shell.run(filled('/var/log'));
        await service(bench, 'nodeb', 'restart');
      },
      rest: A_SERVES,
      outage: 'none',
    },
    losesPower,
    powerReturns('its power returns, in 1970', '1970-01-01'),
    {
      title: 'nodeb has room again',
      act: (bench) => bench.machines.nodeb.shell.run('rm /var/lib/heartbeat/full /var/log/full'),
      rest: A_SERVES,
      outage: 'none',
    },
  ],
};

export const orderlyShutdown: Scenario = {
  name: 'orderly shutdown',
  steps: [
    {
      title: 'nodea is switched off by its system',
      act: async (bench) => {
        bench.machines.nodea.shell.begin('poweroff');
        await bench.switchedOff('nodea', LIMIT);
      },
      rest: B_ALONE,
      outage: 'move',
    },
    powerReturns(),
  ],
};
