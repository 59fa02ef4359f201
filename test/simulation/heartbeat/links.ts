import type { Daemon } from './daemon.ts';
import { compareAfterLoss, compareAfterReturn } from './ipfail.ts';

/** Links and ping nodes: only ipfail and the start-up ask for them (cluster.md 1.7, ipfail.md 1). */

export function touchLink(daemon: Daemon, name: string): void {
  const link = daemon.links.get(name);
  if (link) {
    link.at = daemon.now;
    link.up = true;
  } else daemon.links.set(name, { up: true, at: daemon.now });
}

export function onPingAnswer(daemon: Daemon, name: string): void {
  const ping = daemon.pings.get(name);
  if (!ping) return;
  ping.at = daemon.now;
  if (ping.status === 'ping') return;
  ping.status = 'ping';
  daemon.log('info', `Status update for node ${name}: status ping`);
  compareAfterReturn(daemon);
}

/** Part of the poll: what was silent for its dead timeout is dead. */
export function expireLinks(daemon: Daemon): void {
  const { settings, peer, now, linksUp } = daemon;
  for (const link of daemon.links.values()) {
    if (!link.up || now - link.at <= (peer.deadtime ?? settings.deadtime)) continue;
    link.up = false;
    compareAfterLoss(daemon);
  }
  for (const [name, ping] of daemon.pings) {
    if (ping.status === 'dead' || now - ping.at <= (linksUp ? settings.deadping : settings.initdead))
      continue;
    ping.status = 'dead';
    daemon.log('WARN', `node ${name}: is dead`);
    compareAfterLoss(daemon);
  }
}
