import type { LinkReport, PingReport } from '../../report.ts';
import { ago } from '../../text.ts';
import type { TechnicianCommand } from '../desk.ts';

export const links: TechnicianCommand = {
  name: 'links',
  summary: 'each cable, what it lacks',
  async run(_words, desk) {
    const report = await desk.status();
    await desk.say(...report.links.flatMap(linkLines), ...report.pings.map(pingLine));
  },
};

function linkLines({
  name,
  medium,
  state,
  lastHeard,
  received,
  lost,
  sent,
  rejected,
  fault,
  missing,
}: LinkReport): string[] {
  const heard = lastHeard === null ? 'never heard' : `heard ${ago(lastHeard)}`;
  const refused = Object.entries(rejected).filter(([, count]) => count > 0);
  return [
    `${name} (${medium}): ${state === 'up' ? 'up' : 'DOWN'}, ${heard}`,
    `  received ${received}, lost ${lost}, sent ${sent}`,
    ...(refused.length > 0
      ? [`  refused ${refused.map(([kind, count]) => `${count} ${kind}`).join(', ')}`]
      : []),
    ...(fault === null ? [] : [`  FAULT ${fault}`]),
    ...(missing === null ? [] : [`  MISSING ${missing}`]),
  ];
}

function pingLine({ name, status, lastAnswer }: PingReport): string {
  const answered = lastAnswer === null ? 'never answered' : `answered ${ago(lastAnswer)}`;
  return `ping ${name}: ${status === 'dead' ? 'DEAD' : status === 'ping' ? 'up' : status}, ${answered}`;
}
