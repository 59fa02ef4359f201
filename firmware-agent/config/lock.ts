import { leaseTiming } from '../lock/timing.ts';
import type { LockConfig } from './config.ts';
import { type Directive, parseWord, refuse, refuseExtra, refuseTornTime } from './directive.ts';
import type { LockDraft, Reading, Setting } from './draft.ts';
import type { HaCf } from './hacf.ts';
import type { Probe } from './probe.ts';
import type { Word } from './source.ts';
import { formatTime, parseLongTime, writeTime } from './time.ts';
import { type Parse, Problem, parseAbsolutePath } from './values.ts';
import { shortestWatchdog } from './watchdog.ts';

/** Milliseconds. */
const DEFAULT_LEASE = 10_000;
const SHORTEST_LEASE = 1_000;
const LONGEST_LEASE = 600_000;

/** Leases that pass until a dead holder's lock is taken, at most (lock/README.md, "How long it takes"). */
const LEASES_TO_TAKE = 1.25 / 0.9;

/** `lock PATH [lease TIME]` of twinbeat.cf: who holds the lock on this disk serves. */
export const lockDirective: Directive = {
  name: 'lock',
  usage: 'PATH [lease TIME]',
  form: 'line',
  repeat: 'once',
  take: takeLock,
};

const parseLease: Parse<number> = (text) => {
  const lease = parseLongTime(text);
  return lease instanceof Problem || (lease >= SHORTEST_LEASE && lease <= LONGEST_LEASE)
    ? lease
    : new Problem(`write a time from ${formatTime(SHORTEST_LEASE)} to ${LONGEST_LEASE / 60_000} minutes`);
};

function takeLock(word: Word, rest: readonly Word[], reading: Reading): void {
  const path = parseWord('lock', word, parseAbsolutePath, reading);
  const lease = takeLease(word, rest, reading);
  if (path === undefined) return;
  const problem = diskProblem(path, reading.probe);
  if (problem !== undefined) refuse('lock', word, `lock: ${problem}`, reading);
  else if (lease) reading.draft.lock = { path, at: word, lease };
}

function takeLease(
  path: Word,
  [keyword, time, ...extra]: readonly Word[],
  reading: Reading,
): Setting<number> | undefined {
  if (!keyword) return { value: DEFAULT_LEASE, at: path };
  if (keyword.text !== 'lease' || !time) {
    refuse(
      'lock',
      keyword,
      `lock takes a path and a lease: write for example "lock ${path.text} lease 10s"`,
      reading,
    );
    return undefined;
  }
  const [unit] = extra;
  if (unit && refuseTornTime('lock', `lock ${path.text} lease`, [time, unit], parseLongTime, reading)) {
    return undefined;
  }
  refuseExtra('lock', extra, 'one lease', reading);
  const value = parseWord('lock', time, parseLease, reading, 'lock lease');
  return value === undefined ? undefined : { value, at: time };
}

function diskProblem(path: string, probe: Probe): string | undefined {
  if (/^\/dev\/drbd/.test(path)) {
    return `${path} is a disk in each box, and not one that both reach: without their cable both would hold the lock`;
  }
  if (!probe.exists(path)) {
    return path.startsWith('/dev/')
      ? `there is no ${path} on this machine: attach the disk that both nodes reach, or write what it is called here`
      : `there is no ${path}: make it once, on storage that both nodes share, by "truncate -s 16384 ${path}"; ` +
          'two files of this name would be two locks';
  }
  if (probe.isDirectory(path)) {
    return `${path} is a directory: write a disk, or a file, made by "truncate -s 16384 ${path.replace(/\/$/, '')}/lock"`;
  }
  return probe.isCharacterDevice(path) ? `${path} is neither a disk nor a file` : undefined;
}

/** Hold the lock against the rest of both files. @param cf absent where there is no ha.cf */
export function settleLock(cf: HaCf | undefined, reading: Reading): LockConfig | null {
  const { draft, findings } = reading;
  const { lock } = draft;
  if (!lock || draft.refused.has('lock')) return null;
  if (/^\/dev\/([shv]d[a-z]+\d*|nvme\d+n\d+(p\d+)?)$/.test(lock.path)) {
    findings.warning(
      lock.at,
      `lock: ${lock.path} may be another disk after the next boot: write its name in /dev/disk/by-id`,
    );
  }
  if (cf) {
    checkFailback(lock, cf, reading);
    checkWatchdog(lock, cf, reading);
    remarkWait(lock, cf, reading);
  }
  return { path: lock.path, lease: lock.lease.value };
}

function checkFailback({ at }: LockDraft, { legacy }: HaCf, { findings }: Reading): void {
  if (!legacy) return;
  findings.error(
    at,
    'lock does not go with auto_failback legacy, in which a node takes its groups whoever holds the lock: write ' +
      '"auto_failback on" or "auto_failback off" into ha.cf, on both nodes',
  );
}

function checkWatchdog(
  { at, lease }: LockDraft,
  { watchdog, keepalive }: HaCf,
  { draft, findings }: Reading,
): void {
  if (draft.refused.has('watchdog') || draft.refused.has('keepalive')) return;
  if (watchdog === undefined) {
    findings.warning(
      at,
      'lock: ha.cf has no watchdog: an agent that is killed or frozen leaves its addresses up, and the lock protects ' +
        'against everything but that: write "watchdog /dev/watchdog" into ha.cf',
    );
    return;
  }
  const timeout = shortestWatchdog({ keepalive });
  if (timeout <= leaseTiming(lease.value).release) return;
  const enough = 3 * timeout;
  const mend =
    enough > LONGEST_LEASE ? 'lower keepalive in ha.cf' : `raise the lease to ${writeTime(enough)}`;
  findings.error(
    lease.at,
    `lock: a box that cannot let go must be reset before the other may take, and the watchdog takes ` +
      `${formatTime(timeout)} at least, more than a third of the lease ${formatTime(lease.value)}: ${mend}`,
  );
}

/** The lease runs while deadtime does: only a much longer one is felt. */
function remarkWait({ lease }: LockDraft, { deadtime }: HaCf, { draft, findings }: Reading): void {
  const wait = lease.value * LEASES_TO_TAKE;
  if (wait <= 2 * deadtime || draft.refused.has('deadtime')) return;
  findings.info(
    lease.at,
    `lock: a dead peer's lease ends after up to ${formatTime(Math.ceil(wait / 1000) * 1000)}: a takeover waits for that, ` +
      `not only for deadtime ${formatTime(deadtime)}`,
  );
}
