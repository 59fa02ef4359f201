import type { Config, MediumConfig, PingConfig } from './config/config.ts';
import { isLinkLocal } from './config/values.ts';

/** What a Heartbeat logs when its media open (spec logs-and-tools.md 2), so that log watchers recognise it. */
export function mediaLines(config: Config): string[] {
  return [...config.media.map(mediumLine), ...config.pings.map(pingLine)];
}

function mediumLine(medium: MediumConfig): string {
  switch (medium.kind) {
    case 'serial':
      return `glib: Starting serial heartbeat on tty ${medium.path} (${medium.baud} baud)`;
    case 'ucast':
      return `glib: ucast: started on port ${medium.port} interface ${medium.device} to ${medium.address}`;
    case 'ucast6': {
      const scope = isLinkLocal(medium.address) ? `%${medium.device}` : '';
      return `glib: ucast6: heartbeat started for [${medium.address}${scope}]:${medium.port} on interface ${medium.device}`;
    }
    case 'bcast':
      return `glib: UDP Broadcast heartbeat started on port ${medium.port} (${medium.port}) interface ${medium.device}`;
    case 'mcast':
      return (
        `glib: UDP multicast heartbeat started for group ${medium.group} port ${medium.port} ` +
        `interface ${medium.device} (ttl=${medium.ttl} loop=${medium.loop ? 1 : 0})`
      );
    case 'mcast6':
      return (
        `glib: UDP multicast heartbeat started for [${medium.group}]:${medium.port} ` +
        `on interface ${medium.device} (hops=${medium.ttl} loop=${medium.loop ? 1 : 0})`
      );
  }
}

function pingLine(ping: PingConfig): string {
  return `glib: ping ${ping.kind === 'ping_group' ? 'group ' : ''}heartbeat started.`;
}
