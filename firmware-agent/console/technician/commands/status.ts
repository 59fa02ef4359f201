import type { GroupReport, LinkReport, StatusReport } from '../../report.ts';
import { dayOf, span, timeOfDay } from '../../text.ts';
import type { TechnicianCommand } from '../desk.ts';
import { alarmLines, groupName, nodeLine, peerLine } from '../picture.ts';

export const status: TechnicianCommand = {
  name: 'status',
  summary: 'who serves, what is wrong',
  run: async (_words, desk) => desk.say(...statusLines(await desk.status(), desk.port)),
};

/** Characters: `links` has what is longer. */
const longestReason = 30;

/** In a few lines; `links`, `who` and `events` say more. `port`: where the human is; null: in a shell. */
export function statusLines(report: StatusReport, port: string | null): string[] {
  const { time, uptime, links, pings, groups, watchdog } = report;
  const silent = pings.filter((ping) => ping.status === 'dead').map(({ name }) => name);
  return [
    nodeLine(report),
    peerLine(report),
    ...groups.flatMap(groupLines),
    `cables: ${links.map(linkWord).join(', ')}`,
    ...(silent.length > 0 ? [`no answer from ping node ${silent.join(', ')}`] : []),
    ...(watchdog && !watchdog.armed ? [`watchdog ${watchdog.device}: NOT ARMED`] : []),
    ...alarmLines(report, port),
    `${dayOf(time)} ${timeOfDay(time)} on this box; agent up ${span(Math.floor(uptime / 1000) * 1000)}`,
  ];
}

function groupLines(group: GroupReport): string[] {
  const { owner, prefers, state, resources } = group;
  const where = owner === null ? 'NOBODY has it' : `on ${owner}`;
  const home = owner === prefers ? '' : `, prefers ${prefers}`;
  const failed = resources.filter((resource) => resource.state === 'failed');
  return [
    `${groupName(group)}: ${where}${home}${state === 'failed' ? ', FAILED here' : ''}`,
    ...failed.map(({ text, detail }) => `  ${text}: ${detail ?? 'failed'}`),
  ];
}

function linkWord({ name, state, fault, missing, examined }: LinkReport): string {
  if (examined) return `${name} examined`;
  // What the hardware misses has its meaning behind a colon.
  const why = fault ?? missing?.split(': ')[0];
  const word = `${name} ${state === 'up' ? 'up' : 'DOWN'}`;
  if (why === undefined) return word;
  return state === 'down' && why.length <= longestReason ? `${word}: ${why}` : `${word} (see links)`;
}
