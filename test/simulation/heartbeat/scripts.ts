import type { Daemon } from './daemon.ts';
import { FOREIGN, LOCAL } from './masks.ts';
import { hbStandby } from './standby.ts';

/** A shell script's own time, ms: each call costs it, whatever the resources take. */
const shellTime = 200;
/** ms: cluster.md 9.11. */
const failurePause = 30_000;

/** A helper process: it starts at once, and several may overlap (cluster.md 4.4). */
export function runHelper(daemon: Daemon, work: (done: () => void) => void): void {
  daemon.children += 1;
  daemon.later(shellTime, () =>
    work(() => {
      daemon.children -= 1;
      runScripts(daemon);
    }),
  );
}

/** An rc.d script: one at a time, in order, and only while no helper runs (cluster.md 4.4, 4.6). */
export function queueScript(daemon: Daemon, script: (done: () => void) => void): void {
  daemon.scripts.push(script);
  runScripts(daemon);
}

function runScripts(daemon: Daemon): void {
  if (daemon.children > 0) return;
  const script = daemon.scripts.shift();
  if (script) runHelper(daemon, script);
}

export function keysOf({ settings }: Daemon, set: number): readonly string[] {
  return [...(set & LOCAL ? settings.localKeys : []), ...(set & FOREIGN ? settings.foreignKeys : [])];
}

/** `ResourceManager takegroup` or `givegroup` for each key; what runs is not started again (cluster.md 4.2, config.md 5). */
export function moveGroups(
  daemon: Daemon,
  what: 'acquire' | 'release',
  keys: readonly string[],
  done: () => void,
): void {
  const [key, ...rest] = keys;
  if (key === undefined) {
    done();
    return;
  }
  const goOn = () => moveGroups(daemon, what, rest, done);
  daemon.later(shellTime, () => {
    if (what === 'acquire' && daemon.running.has(key)) goOn();
    else moveGroup(daemon, what, key, goOn);
  });
}

export function moveGroup(daemon: Daemon, what: 'acquire' | 'release', key: string, goOn: () => void): void {
  if (what === 'release') daemon.running.delete(key);
  daemon.wishes.set(key, what);
  daemon.around.tell({ do: 'log', level: 'info', text: `${what} resource group ${key}` });
  daemon.around.job(
    what,
    'all',
    key,
    daemon.alive((failed: string[]) => {
      if (what === 'acquire' && failed.length > 0) onStartFailure(daemon, key);
      else if (what === 'acquire' && daemon.wishes.get(key) === what) daemon.running.add(key);
      goOn();
    }),
  );
}

/** The group is stopped, and a standby follows that names the wrong set (cluster.md 9.11). */
function onStartFailure(daemon: Daemon, key: string): void {
  daemon.log('CRIT', `Giving up resources due to failure of ${key}`);
  daemon.later(failurePause, () => hbStandby(daemon, FOREIGN));
}
