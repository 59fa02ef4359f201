import type { Address6Resource } from './config.ts';
import { parseInterface } from './interfaces.ts';
import { isLinkLocal, Problem, parseIPv6 } from './values.ts';

export interface ParsedAddress6 {
  readonly resource: Address6Resource;
  /** What is right here and wrong for a Heartbeat. */
  readonly warning?: string;
}

/**
 * An IPv6 address resource: `ip[/prefix[/iface]]`, or `ip/iface` as with IPv4.
 * @param text the whole resource word; @param form the part of it that is the address
 */
export function parseAddress6(text: string, form: string): ParsedAddress6 | Problem {
  const [written = '', ...rest] = form.split('/');
  const address = parseHost(written);
  if (address instanceof Problem) return address;
  const prefixWord = /^\d/.test(rest[0] ?? '') ? rest.shift() : undefined;
  const deviceWord = rest.shift();
  if (rest.length > 0)
    return new Problem(`"/${rest.join('/')}" is too much: write ip/prefix/interface at most`);
  const prefix = prefixWord === undefined ? undefined : parsePrefix(prefixWord);
  if (prefix instanceof Problem) return prefix;
  const device = deviceWord === undefined ? undefined : parseInterface(deviceWord);
  if (device instanceof Problem) return new Problem(`"${deviceWord}": ${device.text}`);
  if (device === undefined && isLinkLocal(address)) {
    return new Problem(
      `${address} means another host on every cable: name its interface, as in ${address}/64/eth0`,
    );
  }
  if (prefix !== undefined && prefix < 127 && hostPart(address, prefix) === 0n) {
    return new Problem(`${address} is the name of the network /${prefix} itself: write a host's address`);
  }
  return {
    resource: {
      kind: 'address6',
      text,
      address,
      ...(prefix !== undefined && { prefix }),
      ...(device !== undefined && { device }),
    },
    ...(written.includes('::') && {
      warning: `a Heartbeat cuts this at "::"; for a pair with one, or for the way back, write ${inFull(address)}`,
    }),
  };
}

/** As RFC 5952 writes it. */
function parseHost(written: string): string | Problem {
  const address = parseIPv6(written);
  if (address instanceof Problem) {
    return new Problem(
      `"${written}" is not an IPv6 address: write eight groups, as in 2001:db8:0:0:0:0:0:100`,
    );
  }
  const isServable = !/^(::1?$|::ffff:|ff)/.test(address);
  return isServable
    ? address
    : new Problem(`${address} is no address that a machine can serve: write one of the network's own`);
}

function parsePrefix(text: string): number | Problem {
  const prefix = /^\d+$/.test(text) ? Number(text) : 0;
  return prefix >= 1 && prefix <= 128
    ? prefix
    : new Problem(`"${text}" is not a prefix length: write 1 to 128, most often 64`);
}

/** All eight groups, none left out. */
function inFull(address: string): string {
  return groups(address).join(':');
}

function groups(address: string): string[] {
  const [left = '', right = ''] = address.split('::');
  const [head, tail] = [left, right].map((part) => (part === '' ? [] : part.split(':')));
  if (head === undefined || tail === undefined || !address.includes('::')) return address.split(':');
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}

function hostPart(address: string, prefix: number): bigint {
  const whole = groups(address).reduce((sum, group) => sum * 0x10000n + BigInt(`0x${group}`), 0n);
  return whole % 2n ** BigInt(128 - prefix);
}
