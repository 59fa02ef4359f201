import type { Config, MediumConfig } from '../config/config.ts';
import { span } from './text.ts';

/** What a valid configuration means, in a few sentences. */
export function configSummary(config: Config): string {
  const media = config.media.map(medium).join(' and ');
  const groups = config.nodes.map((node) => {
    const keys = config.groups.filter((group) => group.node === node).map((group) => group.key);
    return keys.length === 0 ? `${node} prefers nothing` : `${node} prefers ${keys.join(', ')}`;
  });
  return [
    `${config.self} and ${config.peer} send a heartbeat every ${span(config.keepalive)} over ${media};`,
    `a node silent for ${span(config.deadtime)} (${span(config.initdead)} at boot) is dead and its resources are taken over.`,
    `${groups.join('; ')}; auto_failback ${config.autoFailback ? 'on' : 'off'}.`,
  ].join('\n');
}

function medium(m: MediumConfig): string {
  switch (m.kind) {
    case 'serial':
      return `${m.path} (serial, ${m.baud} baud)`;
    case 'ucast':
      return `${m.device} (ucast to ${m.address} port ${m.port})`;
    case 'bcast':
      return `${m.device} (bcast port ${m.port})`;
    case 'mcast':
      return `${m.device} (mcast ${m.group} port ${m.port})`;
  }
}
