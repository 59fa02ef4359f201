import { networkInterfaces } from 'node:os';
import type { Machine } from '../../command-context.ts';
import type { StatusReport } from '../../report.ts';
import { virtualAddress } from '../../virtual-address.ts';
import { anyAddress } from '../addresses.ts';
import type { TechnicianCommand } from '../desk.ts';

/** An address that is on an interface of this box. */
export interface OwnAddress {
  readonly address: string;
  readonly mac: string;
  readonly device: string;
}

/** Look-ups take time and processes. */
const mostLookups = 16;

export const who: TechnicianCommand = {
  name: 'who',
  summary: 'who answers for an address',
  more: ['Asks the network for each virtual address: ours, the peer or a stranger.'],
  async run(_words, desk) {
    const report = await desk.status();
    const lines = whoLines(report, desk.machine.neighbour, ownAddresses());
    if (lines.length === 0) await desk.say('There is no virtual address.');
    for (const line of lines) await desk.say(await line);
  },
};

/** One line for each address; all are asked for at once. */
export function whoLines(
  report: StatusReport,
  lookup: Machine['neighbour'],
  own: readonly OwnAddress[],
): Promise<string>[] {
  const resources = report.groups.flatMap((group) => group.resources);
  const wanted = resources.filter(({ text }) => anyAddress(text) !== undefined);
  return wanted.slice(0, mostLookups).map(async ({ text, state }) => {
    const address = anyAddress(text) ?? '';
    // A machine never asks the network for its own address.
    if (state === 'running') return `${address}: ours, here${whereOf(address, own)}`;
    if (virtualAddress(text) === undefined) return `${address}: not here; only IPv4 is asked for`;
    const answer = await lookup(address);
    return `${address}: ${'mac' in answer ? whose(answer.mac, report, own) : answer.reason}`;
  });
}

function whereOf(wanted: string, own: readonly OwnAddress[]): string {
  const found = own.find(({ address }) => address === wanted);
  return found === undefined ? '' : `: ${found.mac} (${found.device})`;
}

function whose(mac: string, { peer }: StatusReport, own: readonly OwnAddress[]): string {
  if (own.some((each) => each.mac === mac)) return `ours, ${mac}`;
  if (peer.macs.includes(mac)) return `the peer's (${peer.name}), ${mac}`;
  if (peer.macs.length === 0) return `${mac}: the peer's or a stranger's, nobody knows yet`;
  return `A STRANGER'S, ${mac}`;
}

function ownAddresses(): OwnAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    // Heartbeat labels what it adds: `eth0:0`.
    addresses.map(({ address, mac }) => ({ address, mac, device: name.replace(/:.*/, '') })),
  );
}
