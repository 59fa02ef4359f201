import type { Config } from '../config/config.ts';
import { watchdogLateness, watchdogTimeout } from '../config/watchdog.ts';
import { nameOf } from '../fencing/device.ts';
import { medium } from './config-summary.ts';
import { guards } from './explanation-takeover.ts';
import { timelineOfBoot, timelineOfSilence } from './explanation-timeline.ts';
import { span } from './text.ts';

/** What a valid configuration means, at length: for whoever set it up, and for whoever asks at night why it waits. */
export function explanation(config: Config): string {
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['The pair', pair(config)],
    ['Cables', cables(config)],
    [`When ${config.peer} falls silent`, timelineOfSilence(config)],
    ['When this node boots', timelineOfBoot(config)],
    ['What a takeover waits for, in this order', guards(config)],
    ['Who has what', owners(config)],
    ['When this node itself is in trouble', ownTrouble(config)],
    ['Who is told', listeners(config)],
  ];
  return sections
    .map(([title, lines]) => [title, ...lines.map((line) => `  ${line}`.trimEnd())].join('\n'))
    .join('\n\n');
}

function pair({ self, peer, keys, messageFormat }: Config): string[] {
  const authentication =
    keys.signing.method === 'crc'
      ? 'crc only: whoever reaches a cable can forge them'
      : `${keys.signing.method}, key ${keys.signing.index} of ${keys.keys.size} that are accepted`;
  return [
    `This is ${self}; the other node is ${peer}.`,
    `Heartbeats are signed with ${authentication}; they are written in the ${messageFormat} format.`,
  ];
}

function cables({ media, pings, keepalive, deadping, peer }: Config): string[] {
  const [only, ...more] = media;
  const spare =
    only && more.length === 0
      ? 'This is the only cable: when it fails, each node takes the other for dead. A second one of another kind helps.'
      : `Every heartbeat goes over each of them, every ${span(keepalive)}; ${peer} lives as long as one of them brings some.`;
  return [
    ...media.map(medium),
    spare,
    ...pings.map(
      ({ name, kind, hosts }) =>
        `${kind === 'ping_group' ? `ping group ${name} (any of ${hosts.join(', ')})` : `ping node ${name}`}: ` +
        `asked every ${span(keepalive)}, not reachable after ${span(deadping)} without an answer`,
    ),
  ];
}

function owners(config: Config): string[] {
  const { groups, nodes } = config;
  if (groups.length === 0) return ['Nothing: haresources has no group, so nothing is ever taken over.'];
  const lists = nodes.flatMap((node) => {
    const own = groups.filter((group) => group.node === node);
    if (own.length === 0) return [`${node} prefers nothing.`];
    return [
      `${node} prefers:`,
      ...own.map(({ resources }) => `  ${resources.map(({ text }) => text).join(', then ')}`),
    ];
  });
  const order = groups.some(({ resources }) => resources.length > 1)
    ? ['Each group comes up in this order and goes down in the reverse one.']
    : [];
  return [...lists, ...order, homecoming(config)];
}

function homecoming({ legacy, autoFailback }: Config): string {
  const comes = 'When a node is back after its death, what it prefers';
  if (legacy) return `${comes} goes back to it at once, by Heartbeat's oldest way (auto_failback legacy).`;
  return autoFailback
    ? `${comes} is handed back to it once both rest (auto_failback on).`
    : `${comes} stays where it is until somebody moves it: \`twinbeat standby\` (auto_failback off).`;
}

function ownTrouble(config: Config): string[] {
  const { realtime, deadtime, defences, pings, peer, ipfail } = config;
  const why = pings.length === 0 ? ' (ha.cf has no ping node to tell by)' : '';
  return [
    `It hangs: ${reset(config)}.`,
    `It was held up for longer than ${span(deadtime)}: it drops its addresses before it says a word.`,
    defences.releaseIsolated
      ? `It hears neither ${peer} nor a ping node: it lets everything go.`
      : `It hears nobody: it serves on${why}.`,
    ...(ipfail ? [`It sees fewer ping nodes than ${peer}: it hands everything over (ipfail).`] : []),
    `Another machine claims its address: ${
      defences.defend ? 'it answers, and gives way to the node that the address prefers' : 'nothing is done'
    }.`,
    `The box is busy: the agent ${
      realtime === null
        ? 'waits like any other program (realtime off)'
        : `goes before ordinary programs (SCHED_RR ${realtime}, memory locked), where the system allows it: see \`twinbeat status\``
    }.`,
  ];
}

function reset(config: Config): string {
  const { watchdog, peer } = config;
  if (watchdog === undefined)
    return 'no watchdog: a box that hangs may keep its addresses up until somebody switches it off';
  const timeout = watchdogTimeout(config);
  const late = watchdogLateness(config, timeout);
  const when =
    late === 0 ? `before ${peer} may take over` : `up to ${span(late)} AFTER ${peer} may take over`;
  return `${watchdog} resets the box ${span(timeout)} after its last own heartbeat, ${when}`;
}

function listeners({ defences, bell, log }: Config): string[] {
  const files = [log.logfile, log.debugfile].filter((path) => path !== undefined);
  const targets = [...files, ...(log.facility === undefined ? [] : [`syslog (${log.facility})`])];
  return [
    // Its arguments may hold a password.
    ...defences.alarms.map((command) => `each alarm is given to ${nameOf({ kind: 'command', command })}`),
    ...(bell === null ? [] : [`what is critical rings at ${bell}`]),
    targets.length === 0 ? 'the log goes to stderr only' : `the log goes to ${targets.join(', ')}`,
    '`twinbeat events` says what happened and why, after a restart too',
  ];
}
