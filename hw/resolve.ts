import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';

let last: Promise<unknown> = Promise.resolve();

/**
 * The IPv4 address of a host. One look-up at a time for the whole process: each occupies a thread of the small
 * pool that the serial ports read with, and may hold it for half a minute when the name server is away.
 */
export function resolveHost(host: string): Promise<string> {
  if (isIPv4(host)) return Promise.resolve(host);
  const answer = last.then(async () => (await lookup(host, { family: 4 })).address);
  last = answer.catch(() => undefined);
  return answer;
}
