import type {
  AlarmReport,
  GroupReport,
  LinkReport,
  LockReport,
  PingReport,
  RealtimeReport,
  RejectKind,
  StatusReport,
  WatchdogReport,
} from './report.ts';
import type { Size } from './screen-painter.ts';
import { ago, printable, span, table, timeOfDay } from './text.ts';
import { virtualAddress } from './virtual-address.ts';

export interface ScreenOptions {
  /** What is known of who answers for an address, in words. */
  readonly neighbours?: ReadonlyMap<string, string>;
  /** Cut the screen to this size; absent: nothing is cut. */
  readonly size?: Size;
}

/** Events shown where there is no size to fill. */
const fewEvents = 8;

/**
 * A status report for people: plain text without control characters, readable on 80x24. What is wrong is in
 * capitals, so that it is seen without colour. Times of day are local.
 */
export function statusScreen(report: StatusReport, options: ScreenOptions = {}): string {
  const { size } = options;
  const roomy = [
    ...nodeLines(report),
    ...alarmLines(report.alarms),
    '',
    ...linkLines(report.links),
    ...pingLines(report.pings),
    '',
    ...groupLines(report, options.neighbours),
    '',
    ...watchdogLines(report.watchdog),
    ...realtimeLines(report.realtime),
    ...lockLines(report.locks),
    ...rejectedLines(report.rejected),
  ];
  // A heading and an empty line go with the events; what happened last is worth more than empty lines.
  const tight = size !== undefined && roomy.length + 2 + fewEvents > size.rows;
  const body = tight ? roomy.filter((line) => line !== '') : roomy;
  const room = size ? Math.max(0, size.rows - body.length - 2) : fewEvents;
  const lines = [...body, ...eventLines(report, room)].map(printable);
  return (size ? fit(lines, size.columns, size.rows) : lines).join('\n');
}

/** What does not fit is cut, and seen to be cut. */
function fit(lines: readonly string[], columns: number, rows: number): string[] {
  const shown = lines.length > rows ? [...lines.slice(0, rows - 1), '(more on a taller screen)'] : lines;
  return shown.map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}~` : line));
}

function nodeLines(report: StatusReport): string[] {
  const { peer } = report;
  const heard =
    peer.lastHeartbeat === null
      ? 'never heard'
      : `heard ${ago(peer.lastHeartbeat)}, dead after ${span(peer.deadtime)}`;
  const kind = peer.twinbeat ? 'Twinbeat' : '';
  return [
    `Twinbeat ${report.version} on ${report.node} at ${timeOfDay(report.time)}, up ${span(wholeSeconds(report.uptime))}, pid ${report.pid}`,
    '',
    ...table(
      ['NODE', 'STATUS', 'HOLDS', '', ''],
      [
        [report.node, report.status, report.holds, report.stable ? '' : 'MOVING', 'this machine'],
        [peer.name, loud(peer.status, 'dead'), peer.holds, peer.stable ? '' : 'MOVING', `${heard}  ${kind}`],
      ],
    ),
  ];
}

function alarmLines(alarms: readonly AlarmReport[]): string[] {
  if (alarms.length === 0) return [];
  return ['', ...alarms.map(({ text }) => `ALARM ${text}`)];
}

function linkLines(links: readonly LinkReport[]): string[] {
  const rows = links.map((link) => [
    link.name,
    link.medium,
    loud(link.state, 'down'),
    link.lastHeard === null ? 'never' : ago(link.lastHeard),
    String(link.received),
    String(link.lost),
    String(link.sent),
    String(total(link.rejected)),
  ]);
  const lines = table(['LINK', 'MEDIUM', 'STATE', 'HEARD', 'RECEIVED', 'LOST', 'SENT', 'REFUSED'], rows);
  // What is wrong with each under its own link.
  const wrong = ({ fault: broken, missing, examined }: LinkReport) => [
    ...fault(broken),
    ...fault(missing),
    ...fault(examined ? 'is examined: it carries no heartbeats' : null),
  ];
  return [lines[0] ?? '', ...links.flatMap((link, i) => [lines[i + 1] ?? '', ...wrong(link)])];
}

function pingLines(pings: readonly PingReport[]): string[] {
  if (pings.length === 0) return [];
  const rows = pings.map((ping) => [
    ping.name,
    ping.status === 'ping' ? 'answers' : loud(ping.status, 'dead'),
    ping.lastAnswer === null ? 'never' : ago(ping.lastAnswer),
  ]);
  return ['', ...table(['PING NODE', 'STATE', 'ANSWERED'], rows)];
}

function groupLines(report: StatusReport, neighbours?: ReadonlyMap<string, string>): string[] {
  const lines = report.groups.flatMap((group) => [
    groupLine(group, report.node),
    ...group.resources.flatMap((resource) => {
      const address = virtualAddress(resource.text);
      const answers = address === undefined ? undefined : neighbours?.get(address);
      return [
        `  ${resource.text}: ${loud(resource.state, 'failed')}${answers === undefined ? '' : `, ${answers}`}`,
        ...fault(resource.detail),
      ];
    }),
  ]);
  return lines.length === 0 ? ['No resource groups'] : lines;
}

function groupLine(group: GroupReport, self: string): string {
  const owner = group.owner === null ? 'held by NOBODY' : `held by ${group.owner}`;
  return `${group.key}: ${owner} (prefers ${group.prefers}), ${loud(group.state, 'failed')} on ${self}`;
}

function watchdogLines(watchdog: WatchdogReport | null): string[] {
  if (!watchdog) return [];
  const state = watchdog.armed ? 'armed' : 'NOT ARMED';
  const timeout = watchdog.timeout === null ? '' : `, resets after ${span(watchdog.timeout)}`;
  const late = watchdog.late === 0 ? '' : `, up to ${span(watchdog.late)} TOO LATE`;
  return [`Watchdog ${watchdog.device}: ${state}${timeout}${late}`, ...fault(watchdog.fault)];
}

function realtimeLines(realtime: RealtimeReport | null): string[] {
  if (!realtime) return ['Agent: an ordinary process (realtime off)'];
  const { priority, memoryLocked, spared } = realtime;
  const scheduled = priority === null ? 'NOT in real time' : `in real time (SCHED_RR ${priority})`;
  const locked = `memory ${memoryLocked ? 'locked' : 'NOT locked'}`;
  const killed = spared ? 'spared when memory runs out' : 'NOT spared when memory runs out';
  return [`Agent: ${scheduled}, ${locked}, ${killed}`, ...fault(realtime.fault)];
}

function lockLines(locks: readonly LockReport[]): string[] {
  if (locks.length === 0) return [];
  const lines = locks.flatMap(({ path, owner, phase, epoch, fault: text }) => [
    `Disk lock ${path} of the groups of ${owner}: ${loud(phase, 'lost')}${phase === 'held' ? `, epoch ${epoch}` : ''}`,
    ...fault(text),
  ]);
  return ['', ...lines];
}

function rejectedLines(rejected: Readonly<Record<RejectKind, number>>): string[] {
  const kinds = Object.entries(rejected).filter(([, count]) => count > 0);
  if (kinds.length === 0) return [];
  return ['', `Input refused: ${kinds.map(([kind, count]) => `${count} ${kind}`).join(', ')}`];
}

function eventLines(report: StatusReport, room: number): string[] {
  const events = room > 0 ? report.events.slice(-room) : [];
  if (events.length === 0) return [];
  const rows = events.map((event) => `${timeOfDay(event.time)} ${event.level.padEnd(5)} ${event.text}`);
  return ['', 'EVENTS', ...rows];
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

function fault(text: string | null): string[] {
  return text === null ? [] : [`    ${text}`];
}

/** In capitals where it is the word that a person must not miss. */
function loud(word: string, bad: string): string {
  return word === bad ? word.toUpperCase() : word;
}

function total(rejected: Readonly<Record<RejectKind, number>>): number {
  return Object.values(rejected).reduce((sum, count) => sum + count, 0);
}
