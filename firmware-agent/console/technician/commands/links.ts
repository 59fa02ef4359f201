import type { LinkReport, PingReport, StatusReport } from '../../report.ts';
import { ago } from '../../text.ts';
import type { TechnicianCommand } from '../desk.ts';

export const links: TechnicianCommand = {
  name: 'links',
  summary: 'each cable, what it lacks',
  async run(_words, desk) {
    const report = await desk.status();
    await desk.say(...report.links.flatMap((link) => linkLines(link, report)), ...report.pings.map(pingLine));
  },
};

function linkLines(link: LinkReport, { parameters: { baud } }: StatusReport): string[] {
  const { name, medium, state, lastHeard, received, lost, sent, rejected, fault, missing, examined } = link;
  const kind = medium === 'serial' && baud !== undefined ? `${medium}, ${baud} baud` : medium;
  const heard = lastHeard === null ? 'never heard' : `heard ${ago(lastHeard)}`;
  const refused = Object.entries(rejected).filter(([, count]) => count > 0);
  return [
    `${name} (${kind}): ${state === 'up' ? 'up' : 'DOWN'}, ${heard}`,
    `  received ${received}, lost ${lost}, sent ${sent} messages`,
    ...(refused.length > 0
      ? [`  refused ${refused.map(([kind, count]) => `${count} ${kind}`).join(', ')}`]
      : []),
    ...(fault === null ? [] : [`  FAULT ${fault}`]),
    ...(missing === null ? [] : [`  MISSING ${missing}`]),
    ...(examined ? ['  EXAMINED now: it carries no heartbeats'] : []),
  ];
}

function pingLine({ name, status, lastAnswer }: PingReport): string {
  const answered = lastAnswer === null ? 'never answered' : `answered ${ago(lastAnswer)}`;
  return `ping ${name}: ${status === 'dead' ? 'DEAD' : status === 'ping' ? 'up' : status}, ${answered}`;
}
