import { isIPv4 } from 'node:net';
import type { AddressResource } from './config.ts';
import { parseInterface } from './interfaces.ts';
import { Problem } from './values.ts';

/** The label of an address, with its interface before the colon, fits into the kernel's 15 bytes. */
const LONGEST_LABEL = 15;

export interface ParsedAddress {
  readonly resource: AddressResource;
  /** What is right but should be written otherwise. */
  readonly warning?: string;
}

/**
 * An address resource (spec config.md 4): `ip[/prefix[/iface[:label][/broadcast]]]` or `ip/prefix/broadcast`. The prefix may
 * be a netmask. `ip/iface`, which people write, is taken as an address in the network that the interface has already.
 * @param text the whole resource word; @param form the part of it that is the address
 */
export function parseAddress(text: string, form: string): ParsedAddress | Problem {
  const [address = '', ...rest] = form.split('/');
  if (!isIPv4(address)) {
    return new Problem(
      `"${address}" is not an IPv4 address: write four numbers from 0 to 255, as in 192.168.1.200`,
    );
  }
  if (/^(0|127|2[2-5]\d)\./.test(address)) {
    return new Problem(`${address} is no address that a machine can serve: write one of the network's own`);
  }
  const prefixWord = startsWithDigit(rest[0]) ? rest.shift() : undefined;
  const deviceWord = rest[0] !== undefined && !startsWithDigit(rest[0]) ? rest.shift() : undefined;
  const broadcast = rest.shift();
  if (rest.length > 0) {
    return new Problem(`"/${rest.join('/')}" is too much: write ip/prefix/interface/broadcast at most`);
  }
  const prefix = prefixWord === undefined ? undefined : parsePrefix(prefixWord);
  if (prefix instanceof Problem) return prefix;
  if (broadcast !== undefined && !isIPv4(broadcast)) {
    return new Problem(`"${broadcast}" is not a broadcast address: write one as in 192.168.1.255`);
  }
  const device = deviceWord === undefined ? undefined : parseDevice(deviceWord);
  if (device instanceof Problem) return device;
  const wrong = prefix === undefined ? undefined : wrongInNetwork(address, prefix);
  if (wrong) return wrong;
  return {
    resource: {
      kind: 'address',
      text,
      address,
      ...(prefix !== undefined && { prefix }),
      ...device,
      ...(broadcast !== undefined && { broadcast }),
    },
    ...(deviceWord !== undefined &&
      prefix === undefined && {
        warning:
          `${form} has no prefix length: taken as that of the network that ${device?.device} has; ` +
          `write for example "${address}/24/${deviceWord}"`,
      }),
  };
}

function startsWithDigit(text: string | undefined): boolean {
  return text !== undefined && /^\d/.test(text);
}

/** `24`, or the netmask `255.255.255.0` that means the same. */
function parsePrefix(text: string): number | Problem {
  if (/^\d+$/.test(text)) {
    const prefix = Number(text);
    return prefix >= 1 && prefix <= 32
      ? prefix
      : new Problem(`"${text}" is not a prefix length: write 1 to 32, most often 24`);
  }
  // A netmask is ones and then zeros: its complement is a power of two less one.
  const zeros = isIPv4(text) ? ~toNumber(text) >>> 0 : 0.5;
  const prefix = 32 - Math.log2(zeros + 1);
  return Number.isInteger(prefix) && prefix >= 1
    ? prefix
    : new Problem(`"${text}" is neither a prefix length nor a netmask: write 1 to 32, most often 24`);
}

function parseDevice(text: string): { device: string; label?: string } | Problem {
  const [name = '', ...label] = text.split(':');
  const device = parseInterface(name);
  if (device instanceof Problem) return new Problem(`"${text}": ${device.text}`);
  if (label.length === 0) return { device };
  if (text.length > LONGEST_LABEL || label.length > 1 || !/^\w+$/.test(label[0] ?? '')) {
    return new Problem(
      `"${text}" is no label: write interface:label in ${LONGEST_LABEL} letters at most, as in eth0:0`,
    );
  }
  return { device, label: text };
}

/** The first and the last address of a network belong to all its hosts. Two-address networks have neither. */
function wrongInNetwork(address: string, prefix: number): Problem | undefined {
  if (prefix > 30) return undefined;
  const hosts = 2 ** (32 - prefix) - 1;
  const host = toNumber(address) % (hosts + 1);
  if (host === 0)
    return new Problem(`${address} is the name of the network /${prefix} itself: write a host's address`);
  if (host === hosts)
    return new Problem(
      `${address} is the broadcast address of its network /${prefix}: write a host's address`,
    );
  return undefined;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
