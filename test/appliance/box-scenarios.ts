import { service } from '../../scripts/appliance/guest.ts';
import { KEEPALIVE } from '../../scripts/appliance/settings.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { filled, lateReset, otherYear, roomIn, wrongBoot } from './checks.ts';
import { LIMIT } from './play.ts';
import type { Scenario } from './step.ts';
import { A_SERVES, B_ALONE, losesPower, powerReturns, resets } from './steps.ts';

export const boot: Scenario = {
  name: 'boot, read-only root',
  steps: [
    {
      title: 'both boot',
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
      both: {
        most: 3 * KEEPALIVE,
        because: 'no clock in the box shows that time has passed: it serves until it hears the other',
      },
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
      both: {
        most: KEEPALIVE / 2,
        because: 'its kernel is awake before its agent and answers what was asked meanwhile',
      },
    },
  ],
};

export const hungAgent: Scenario = {
  name: 'hung agent',
  steps: [
    {
      ...resets('its watchdog resets nodea, then nodeb serves', (bench) =>
        bench.machines.nodea.shell.run('kill -STOP $(cat /run/heartbeat.pid)'),
      ),
      check: lateReset,
    },
  ],
};

export const resetButton: Scenario = {
  name: 'reset button',
  steps: [resets('nodea is reset', (bench) => bench.machines.nodea.reset())],
};

export const kernelPanic: Scenario = {
  name: 'kernel panic',
  steps: [
    {
      ...resets('its watchdog resets nodea, then nodeb serves', async (bench) =>
        bench.machines.nodea.shell.begin('echo c >/proc/sysrq-trigger'),
      ),
      check: lateReset,
    },
  ],
};

export const diskFullClockLost: Scenario = {
  name: 'disk full, 1970 clock',
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
      check: (bench) => roomIn(bench, 'nodeb', '/var/lib/heartbeat'),
    },
    losesPower,
    {
      ...powerReturns('its power returns, in 1970', '1970-01-01'),
      check: (bench) => otherYear(bench, 'nodea', 1970),
    },
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
