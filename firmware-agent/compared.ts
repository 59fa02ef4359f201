import { createHash } from 'node:crypto';
import type { Config } from './config/config.ts';

/** What both nodes must say alike, as the peer is told of it, and a digest of all. */
export interface Compared {
  readonly items: readonly string[];
  /** Eight hex digits. */
  readonly digest: string;
}

/** A longer item is cut; the digest is of the whole. */
const longest = 160;

/** Of the timings, the groups and the defences; cables, logs and devices may differ from box to box. */
export function compared(config: Config): Compared {
  const { keepalive, deadtime, warntime, initdead, deadping, nodes, pings, groups, defences, lock } = config;
  const failback = config.legacy ? 'legacy' : config.autoFailback ? 'on' : 'off';
  const ms = (time: number) => `${time} ms`;
  const delay = defences.takeoverDelay;
  const whole = [
    `node ${nodes.join(' ')}`,
    `keepalive ${ms(keepalive)}`,
    `deadtime ${ms(deadtime)}`,
    `warntime ${ms(warntime)}`,
    `initdead ${ms(initdead)}`,
    `auto_failback ${failback}`,
    ...(pings.length > 0 ? [`deadping ${ms(deadping)}`] : []),
    ...pings.map(({ kind, name, hosts }) => `${kind} ${name} ${hosts.join(' ')}`),
    ...(config.ipfail ? ['ipfail'] : []),
    `look-before-take ${defences.look ? 'on' : 'off'}`,
    `isolation ${defences.releaseIsolated ? 'release' : 'serve'}`,
    `defend ${defences.defend ? 'on' : 'off'}`,
    `takeover ${delay === null ? 'confirm' : delay === 0 ? 'auto' : `delay ${ms(delay)}`}`,
    ...(lock === null ? [] : [`lock lease ${ms(lock.lease)}`]),
    ...(config.fencing.length > 0 ? ['fencing'] : []),
    ...groups.map(
      ({ node, resources }) => `haresources: ${[node, ...resources.map(({ text }) => text)].join(' ')}`,
    ),
  ];
  const digest = createHash('sha256').update(whole.join('\n')).digest('hex').slice(0, 8);
  return { items: whole.map((item) => item.slice(0, longest)), digest };
}
