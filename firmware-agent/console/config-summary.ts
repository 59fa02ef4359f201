import type { Config, MediumConfig } from '../config/config.ts';
import { nameOf } from '../fencing/device.ts';
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
    `a node silent for ${span(config.deadtime)} (${span(config.initdead)} at boot) is dead; its resources ${takenOver(config)}.`,
    `${groups.join('; ')}; auto_failback ${failback(config)}.`,
    `Against split brain: ${[...defences(config), ...lock(config), ...fencing(config)].join('; ')}.`,
  ].join('\n');
}

function failback({ legacy, autoFailback }: Config): string {
  if (legacy) return 'legacy';
  return autoFailback ? 'on' : 'off';
}

function takenOver({ defences: { takeoverDelay } }: Config): string {
  if (takeoverDelay === 0) return 'are taken over';
  if (takeoverDelay === null) return 'wait for `twinbeat takeover --confirm`';
  return `are taken over ${span(takeoverDelay)} later, or on \`twinbeat takeover --confirm\``;
}

function defences({ defences: { look, takeAfter, releaseIsolated }, pings }: Config): string[] {
  const anyway = takeAfter === null ? '' : `, or after ${span(takeAfter)} all the same`;
  const isolated = releaseIsolated ? 'lets its addresses go' : 'serves on';
  const why = pings.length === 0 ? ' (ha.cf has no ping node to tell by)' : '';
  return [
    look
      ? `an address is taken once no other box answers for it${anyway}`
      : 'addresses are taken without a look',
    `a node that hears nobody ${isolated}${why}`,
  ];
}

function lock({ lock }: Config): string[] {
  return lock === null ? [] : [`only who holds the lock on ${lock.path} serves (lease ${span(lock.lease)})`];
}

function fencing({ fencing, peer }: Config): string[] {
  const ways = fencing
    .map((device) => (device.kind === 'manual' ? 'a human (`twinbeat fence-ack`)' : nameOf(device)))
    .join(', else by ');
  return ways === '' ? [] : [`before ${peer} is taken over it is fenced by ${ways}`];
}

/** A cable as people say it. */
export function medium(m: MediumConfig): string {
  switch (m.kind) {
    case 'serial':
      return `${m.path} (serial, ${m.baud} baud)`;
    case 'ucast':
    case 'ucast6':
      return `${m.device} (${m.kind} to ${m.address} port ${m.port})`;
    case 'bcast':
      return `${m.device} (bcast port ${m.port})`;
    case 'mcast':
    case 'mcast6':
      return `${m.device} (${m.kind} ${m.group} port ${m.port})`;
  }
}
