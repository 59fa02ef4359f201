import { isIPv4 } from 'node:net';

/**
 * The address that a resource word of haresources brings up, as in `IPaddr::10.0.0.1/24/eth0`, `IPaddr2::10.0.0.1`
 * or `10.0.0.1/24`; undefined for any other resource.
 */
export function virtualAddress(resource: string): string | undefined {
  const words = resource.split('::');
  const argument = words.length === 1 ? words[0] : /^IPaddr2?$/.test(words[0] ?? '') ? words[1] : undefined;
  const address = argument?.split('/')[0] ?? '';
  return isIPv4(address) ? address : undefined;
}
