import type { Draft, Settings } from './draft.ts';
import type { Findings } from './findings.ts';
import { formatTime, writeTime } from './time.ts';

/** The times of ha.cf with their defaults (spec config.md 2), in milliseconds. */
export interface Timing {
  readonly keepalive: number;
  readonly deadtime: number;
  readonly warntime: number;
  readonly initdead: number;
  readonly deadping: number;
}

const DEFAULT_KEEPALIVE = 1000;
const DEFAULT_DEADTIME = 30_000;
/** Below this a machine's network may not be up by the time that its peer is declared dead. */
const SHORT_INITDEAD = 10_000;

type TimeName = keyof Timing;

/** Fill in the times that ha.cf leaves out, and hold the others against one another. */
export function settleTiming(draft: Draft, findings: Findings): Timing {
  const { settings } = draft;
  const keepalive = settings.keepalive?.value ?? DEFAULT_KEEPALIVE;
  const deadtime = settings.deadtime?.value ?? DEFAULT_DEADTIME;
  const timing = {
    keepalive,
    deadtime,
    warntime: settings.warntime?.value ?? Math.round(deadtime / 2),
    initdead: settings.initdead?.value ?? defaultInitdead(deadtime),
    deadping: settings.deadping?.value ?? deadtime,
  };
  // A time that was refused has been complained about; its default would only give a second, false complaint.
  const known = (...names: TimeName[]): boolean => !names.some((name) => draft.refused.has(name));

  if (known('keepalive', 'deadtime')) checkDeadtime(timing, settings, findings);
  if (known('keepalive', 'deadping')) checkDeadping(timing, settings, findings);
  if (known('keepalive', 'deadtime', 'warntime')) checkWarntime(timing, settings, findings);
  if (known('deadtime', 'initdead')) checkInitdead(timing, settings, findings);
  return timing;
}

/** A machine that has just booted needs longer than one that runs, so short deadtimes get more (spec config.md 2). */
function defaultInitdead(deadtime: number): number {
  if (deadtime > 10_000) return deadtime;
  return deadtime < 6000 ? 12_000 : 2 * deadtime;
}

function checkDeadtime({ keepalive, deadtime }: Timing, settings: Settings, findings: Findings): void {
  const at = settings.deadtime?.at ?? settings.keepalive?.at;
  if (!at || deadtime > 2 * keepalive) return;
  findings.error(
    at,
    `deadtime ${formatTime(deadtime)} is not longer than twice keepalive ${formatTime(keepalive)}: one lost heartbeat ` +
      `would make a healthy peer dead; write "deadtime ${writeTime(4 * keepalive)}" or a shorter keepalive`,
  );
}

function checkDeadping({ keepalive, deadping }: Timing, settings: Settings, findings: Findings): void {
  const at = settings.deadping?.at;
  if (!at || deadping > 2 * keepalive) return;
  findings.error(
    at,
    `deadping ${formatTime(deadping)} is not longer than twice keepalive ${formatTime(keepalive)}, at which hosts are ` +
      `pinged: write "deadping ${writeTime(4 * keepalive)}"`,
  );
}

function checkWarntime(
  { keepalive, deadtime, warntime }: Timing,
  settings: Settings,
  findings: Findings,
): void {
  const at = settings.warntime?.at;
  if (!at) return;
  if (warntime >= deadtime) {
    findings.warning(
      at,
      `warntime ${formatTime(warntime)} is not shorter than deadtime ${formatTime(deadtime)}: nothing is ever called late ` +
        `before it is dead; write "warntime ${writeTime(Math.round(deadtime / 2))}"`,
    );
  } else if (warntime <= keepalive) {
    findings.warning(
      at,
      `warntime ${formatTime(warntime)} is not longer than keepalive ${formatTime(keepalive)}: every heartbeat is called ` +
        `late; write "warntime ${writeTime(Math.round(deadtime / 2))}"`,
    );
  }
}

function checkInitdead({ deadtime, initdead }: Timing, settings: Settings, findings: Findings): void {
  const at = settings.initdead?.at;
  if (!at) return;
  const enough = `"initdead ${writeTime(Math.max(2 * deadtime, SHORT_INITDEAD))}"`;
  if (initdead < deadtime) {
    findings.error(
      at,
      `initdead ${formatTime(initdead)} is shorter than deadtime ${formatTime(deadtime)}, but a peer needs longer to boot ` +
        `than to be missed: write ${enough}`,
    );
  } else if (initdead < SHORT_INITDEAD) {
    findings.warning(
      at,
      `initdead ${formatTime(initdead)} may be too short for a network to come up after boot: a node that boots with its ` +
        `peer may take that one for dead; write ${enough}`,
    );
  } else if (initdead < 2 * deadtime) {
    findings.info(at, `initdead ${formatTime(initdead)} is best at least twice deadtime: ${enough}`);
  }
}
