import { networkInterfaces } from 'node:os';
import type { Machine } from '../../command-context.ts';
import type { StatusReport } from '../../report.ts';
import { virtualAddress } from '../../virtual-address.ts';
import { anyAddress } from '../addresses.ts';
import type { TechnicianCommand } from '../desk.ts';

/** Look-ups take time and processes. */
const mostLookups = 16;

export const who: TechnicianCommand = {
  name: 'who',
  summary: 'who answers for an address',
  more: ['Asks the network for each virtual address: ours, the peer or a stranger.'],
  async run(_words, desk) {
    const report = await desk.status();
    const lines = whoLines(report, desk.machine.neighbour, ownMacs());
    if (lines.length === 0) await desk.say('There is no virtual address.');
    for (const line of lines) await desk.say(await line);
  },
};

/** One line for each address; all are asked for at once. */
export function whoLines(
  report: StatusReport,
  lookup: Machine['neighbour'],
  own: readonly string[],
): Promise<string>[] {
  const resources = report.groups.flatMap((group) => group.resources);
  const wanted = resources.filter(({ text }) => anyAddress(text) !== undefined);
  return wanted.slice(0, mostLookups).map(async ({ text, state }) => {
    const address = anyAddress(text) ?? '';
    // A machine never asks the network for its own address.
    if (state === 'running') return `${address}: ours, it is here`;
    if (virtualAddress(text) === undefined) return `${address}: not here; only IPv4 is asked for`;
    const answer = await lookup(address);
    return `${address}: ${'mac' in answer ? whose(answer.mac, report, own) : answer.reason}`;
  });
}

function whose(mac: string, { peer }: StatusReport, own: readonly string[]): string {
  if (own.includes(mac)) return `ours, ${mac}`;
  if (peer.macs.includes(mac)) return `the peer's (${peer.name}), ${mac}`;
  if (peer.macs.length === 0) return `${mac}: the peer's or a stranger's, nobody knows yet`;
  return `A STRANGER'S, ${mac}`;
}

function ownMacs(): string[] {
  return Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ mac }) => mac));
}
