import type { Daemon } from './daemon.ts';
import { FOREIGN } from './masks.ts';
import { hbStandby } from './standby.ts';

/** ms: cluster.md 6. */
const retryTime = 1000;

/** cluster.md 6. */
export function tryFailback(daemon: Daemon): void {
  const { settings, rstate } = daemon;
  if (!settings.autoFailback || daemon.stopping !== null || !daemon.needsFailback) return;
  if ((daemon.holds & FOREIGN) === 0) return;
  if (daemon.standby !== 'NOT' || !daemon.otherStable || rstate !== 'STABLE') {
    if (!daemon.retriesFailback) {
      daemon.retriesFailback = true;
      daemon.later(retryTime, () => {
        daemon.retriesFailback = false;
        tryFailback(daemon);
      });
    }
    return;
  }
  daemon.needsFailback = false;
  hbStandby(daemon, FOREIGN);
}
