import { settleApiAuth } from './apiauth.ts';
import { settleMedia } from './cabling.ts';
import type { Config, FenceDevice, LogConfig } from './config.ts';
import type { Draft, Reading } from './draft.ts';
import { type Findings, wholeFile } from './findings.ts';
import { checkNodes, type Identity } from './nodes.ts';
import { readDirectives } from './reader.ts';
import { settleStonith } from './stonith.ts';
import { settleTiming } from './timing.ts';
import type { TwinbeatCf } from './twinbeatcf.ts';
import { checkWatchdog } from './watchdog.ts';

/** All that ha.cf says by itself. Where there were errors, the values that they spoiled are defaults. */
export interface HaCf
  extends Omit<Config, 'directory' | 'self' | 'nodes' | 'peer' | keyof TwinbeatCf | 'keys' | 'groups'> {
  readonly nodes: readonly string[];
  /** The device of `stonith` or `stonith_host`, or none. */
  readonly fencing: readonly FenceDevice[];
  /** `crm` or `pacemaker` is on, which makes haresources meaningless (spec config.md 4). */
  readonly crm: boolean;
}

/** Read ha.cf (spec config.md 1 and 2). */
export function readHaCf(text: string, self: Identity, reading: Reading): HaCf {
  readDirectives('ha.cf', text, reading);
  return settle('ha.cf', reading, self);
}

function settle(file: string, reading: Reading, self: Identity): HaCf {
  const { draft, findings } = reading;
  const { settings } = draft;
  checkNodes(file, draft, self, findings);
  const timing = settleTiming(draft, findings);
  checkWatchdog(draft, timing, findings);
  const media = settleMedia(file, reading);
  for (const ping of draft.pings) {
    if (draft.nodes.some(({ value }) => value === ping.value.name)) {
      findings.error(ping.at, `${ping.value.name} is a node already: give the ping node another name`);
    }
  }
  const crm = (settings.crm ?? settings.pacemaker)?.value ?? false;
  return {
    ...timing,
    nodes: draft.nodes.map(({ value }) => value),
    ...settleFailback(file, draft, findings),
    hopFudge: settings.hopfudge?.value ?? 1,
    rexmitDelay: settings.max_rexmit_delay?.value ?? 250,
    messageFormat: settings.msgfmt?.value ?? 'classic',
    media,
    pings: draft.pings.map(({ value }) => value),
    ipfail: draft.ipfail !== undefined,
    clients: draft.clients,
    directives: draft.written,
    api: settleApiAuth(draft, reading.probe),
    ...(settings.watchdog && { watchdog: settings.watchdog.value }),
    realtime: settleRealtime(draft, findings),
    log: settleLog(draft),
    fencing: settleStonith(reading, self, crm),
    crm,
  };
}

/** Heartbeat's default is legacy, so a missing line must mean that here too, or a mixed pair would not understand itself. */
function settleFailback(
  file: string,
  draft: Draft,
  findings: Findings,
): { readonly autoFailback: boolean; readonly legacy: boolean } {
  const { auto_failback: failback, nice_failback: obsolete } = draft.settings;
  if (failback && failback.value !== 'legacy') return { autoFailback: failback.value, legacy: false };
  if (!failback && obsolete?.value) return { autoFailback: false, legacy: false };
  if (draft.refused.has('auto_failback')) return { autoFailback: true, legacy: false };
  const what = failback ? 'auto_failback legacy' : 'auto_failback is missing, which means legacy: it';
  findings.warning(
    failback?.at ?? wholeFile(file),
    `${what} knows no standby and no report of who holds what, and a group is asked for one by one: ` +
      'write "auto_failback on" or "auto_failback off", on both nodes',
  );
  return { autoFailback: true, legacy: true };
}

/** In the middle of 1..99 unless told (spec config.md 2). */
function settleRealtime({ settings }: Draft, findings: Findings): number | null {
  const { realtime, rtprio } = settings;
  if (realtime?.value !== false) return rtprio?.value ?? 50;
  if (rtprio) findings.info(rtprio.at, `rtprio has no effect: realtime is off in line ${realtime.at.line}`);
  return null;
}

function settleLog({ settings }: Draft): LogConfig {
  const facility = settings.logfacility?.value;
  return {
    ...(settings.logfile && { logfile: settings.logfile.value }),
    ...(settings.debugfile && { debugfile: settings.debugfile.value }),
    ...(facility !== undefined && facility !== 'none' && { facility }),
    debug: settings.debug?.value ?? 0,
    syslogFormat: settings.syslogmsgfmt?.value ?? true,
  };
}
