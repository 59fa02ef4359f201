import { readFileSync } from 'node:fs';
import type { AgentParts } from './agent-parts.ts';
import type { AlarmKind } from './alarm/alarm.ts';
import type { Config } from './config/config.ts';
import { span } from './console/text.ts';
import { WatchdogGuard } from './watchdog-guard.ts';

type Told = Pick<AgentParts, 'log' | 'alarms' | 'events'>;

/** The guard of the device that ha.cf names, what it tells being log lines, alarms and events; null: ha.cf names none. */
export function guardOf(config: Config, told: Told): WatchdogGuard | null {
  const { watchdog: device, peer } = config;
  if (device === undefined) return null;
  return new WatchdogGuard({
    device,
    times: config,
    listener: {
      log: told.log,
      changed: (fault) =>
        raise(told, 'watchdog-not-armed', fault === null ? null : `${device}: ${fault}`, `${device} works.`),
      late: (late, timeout) => {
        const text = `${device} resets the box after ${span(timeout)}: up to ${span(late)} after ${peer} may take over`;
        raise(told, 'watchdog-late', late === 0 ? null : text, `${device} resets the box in time.`);
      },
      hasReset: () => {
        const text = `this machine booted because ${device} reset it: the agent hung, was killed or was not well`;
        told.events.noteOfBoot({ kind: 'watchdog-reset', text, facts: { device } }, bootId());
      },
    },
  });
}

/** `wrong`: null where all is well. To clear what was not raised tells nothing. */
function raise({ alarms, events }: Told, kind: AlarmKind, wrong: string | null, well: string): void {
  const isStanding = alarms.standing().some((alarm) => alarm.kind === kind);
  if (wrong === null && !isStanding) return;
  const level = wrong === null ? 'cleared' : 'warning';
  const alarm = { kind, level, text: wrong ?? well, facts: {} } as const;
  alarms.raise(alarm);
  events.alarm(alarm);
}

/** Another one with each boot. */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
