import type { Daemon } from './daemon.ts';
import { ALL, NONE } from './masks.ts';
import { isStable, report } from './resources.ts';
import { keysOf, moveGroups, runHelper } from './scripts.ts';

/** ms from `shutdone` to the end of the process: cluster.md 7.3. */
const lastTime = 2000;

/** SIGTERM, or the restart after a partition (cluster.md 7.3, 7.4): it waits until everything is stable. */
export function requestStop(daemon: Daemon, how: 'exit' | 'restart'): void {
  if (daemon.rstate === 'SHUTDOWN') {
    if (how === 'exit') daemon.stopping = how;
    return;
  }
  if (daemon.stopping !== 'exit') daemon.stopping = how;
  if (!isStable(daemon)) {
    daemon.log('WARN', 'Shutdown delayed until current resource activity finishes.');
  }
}

/** Tried after every event. */
export function stopIfReady(daemon: Daemon): void {
  const { rstate, settings } = daemon;
  if (daemon.over || daemon.stopping === null || rstate === 'SHUTDOWN') return;
  if (daemon.status !== 'active' || !isStable(daemon)) return;
  daemon.log('info', 'Heartbeat shutdown in progress.');
  daemon.holds = NONE;
  daemon.rstate = 'SHUTDOWN';
  if (!settings.legacy) report(daemon, false, 'shutdown');
  daemon.log('info', 'Giving up all HA resources.');
  runHelper(daemon, (done) =>
    moveGroups(daemon, 'release', keysOf(daemon, ALL), () => {
      daemon.log('info', 'All HA resources relinquished.');
      daemon.send('shutdone', ['st', 'dead']);
      done();
    }),
  );
}

/** It speaks until its clients are gone, then the process ends (cluster.md 7.3). */
export function onOwnShutdone(daemon: Daemon): void {
  daemon.later(lastTime, () => {
    const { deadtime, self } = daemon.settings;
    daemon.over = true;
    if (daemon.stopping === 'restart') {
      daemon.log('info', 'Restarting heartbeat.');
      daemon.restart(Math.ceil(deadtime / 1000) * 1000 + 1000);
      return;
    }
    daemon.log('info', `${self} Heartbeat shutdown complete.`);
    daemon.around.exit();
  });
}
