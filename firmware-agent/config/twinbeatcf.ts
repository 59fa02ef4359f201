import { settleBell } from './bell.ts';
import type { Config } from './config.ts';
import { settleConsole, settleHeartbeatConsole } from './console.ts';
import type { Reading } from './draft.ts';
import { settleFences } from './fence.ts';
import type { HaCf } from './hacf.ts';
import { settleLock } from './lock.ts';
import { readDirectives } from './reader.ts';
import { formatTime, writeTime } from './time.ts';

/** All that twinbeat.cf says, with every default filled in; of the fence devices its own. */
export type TwinbeatCf = Pick<
  Config,
  'defences' | 'bell' | 'console' | 'heartbeatConsole' | 'password' | 'lock' | 'fencing'
>;

/**
 * Read twinbeat.cf, after ha.cf into the same draft: what one file says is held against the other.
 * @param text empty where there is no such file, which is to have every default
 * @param cf absent where there is no ha.cf, and then nothing is held against it
 */
export function readTwinbeatCf(text: string, cf: HaCf | undefined, reading: Reading): TwinbeatCf {
  readDirectives('twinbeat.cf', text, reading);
  checkLook(reading);
  if (cf) checkTakeAfter(cf.deadtime, reading);
  const { settings, alarms } = reading.draft;
  const { takeover } = settings;
  const defences = {
    look: settings['look-before-take']?.value ?? true,
    takeAfter: settings['take-after']?.value ?? null,
    takeFromStranger: settings.stranger?.value === 'take',
    releaseIsolated: settleIsolation(cf, reading),
    defend: settings.defend?.value ?? true,
    takeoverDelay: takeover ? takeover.value : 0,
    alarms: alarms.map(({ value }) => value),
  };
  return {
    defences,
    bell: settleBell(reading),
    console: settleConsole(reading),
    heartbeatConsole: settleHeartbeatConsole(reading),
    password: reading.draft.password?.value ?? null,
    lock: settleLock(cf, reading),
    fencing: settleFences(reading),
  };
}

/** What is to follow a look has no meaning without one, and `refuse` or `never` would be believed. */
function checkLook({ draft: { settings }, findings }: Reading): void {
  const look = settings['look-before-take'];
  if (!look || look.value) return;
  for (const name of ['take-after', 'stranger'] as const) {
    const at = settings[name]?.at;
    if (!at) continue;
    findings.warning(
      at,
      `${name} has no effect: look-before-take is off in line ${look.at.line}, so an address is taken whoever has it; ` +
        'write "look-before-take on"',
    );
  }
}

/** The watchdog gives a box that hangs deadtime; until then its network card may answer for it. */
function checkTakeAfter(deadtime: number, { draft, findings }: Reading): void {
  const { 'take-after': after, 'look-before-take': look } = draft.settings;
  if (look?.value === false || draft.refused.has('deadtime') || draft.refused.has('take-after')) return;
  if (!after || after.value === null || after.value >= deadtime) return;
  findings.warning(
    after.at,
    `take-after ${formatTime(after.value)} is shorter than deadtime ${formatTime(deadtime)}: a box that hangs answers ` +
      `until its watchdog resets it, and both would have the address; write "take-after ${writeTime(2 * deadtime)}"`,
  );
}

/** Without a ping node there is nothing to tell isolation by: the peer's silence alone may be the peer's death. */
function settleIsolation(cf: HaCf | undefined, { draft, findings }: Reading): boolean {
  const { isolation } = draft.settings;
  const pings = cf?.pings.length ?? 0;
  const known = cf && !['ping', 'ping6', 'ping_group'].some((name) => draft.refused.has(name));
  if (isolation?.value === 'release' && pings === 0 && known) {
    findings.error(
      isolation.at,
      'isolation release needs a ping node to tell isolation by: write "ping ADDRESS" into ha.cf, with the address of ' +
        'the gateway, or "isolation serve" here',
    );
  }
  return pings > 0 && isolation?.value !== 'serve';
}
