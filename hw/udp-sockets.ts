import { isIPv4 } from 'node:net';
import { binding } from './binding.ts';
import { broadcastAddress } from './netlink.ts';
import type { UdpOptions } from './udp-options.ts';

export function isIpv6({ kind }: UdpOptions): boolean {
  return kind === 'ucast6' || kind === 'mcast6';
}

/** A descriptor. Throws an ErrnoException. */
export function openReceiver(options: UdpOptions): number {
  const group = 'group' in options ? options.group : null;
  return binding().udpReceiver(options.device, options.port, group, isIpv6(options) ? 1 : 0);
}

/** A descriptor. Throws an ErrnoException. */
export function openSender(options: UdpOptions): number {
  const { kind, device } = options;
  const ipv6 = isIpv6(options) ? 1 : 0;
  if ('group' in options) return binding().udpSender(device, 2, options.ttl, options.loop ? 1 : 0, ipv6);
  return binding().udpSender(device, kind === 'bcast' ? 1 : 0, 0, 0, ipv6);
}

/** Null: a host name, whose address comes later. Throws an Error if the interface has no broadcast address. */
export function knownDestination(options: UdpOptions): string | null {
  switch (options.kind) {
    case 'ucast':
      return isIPv4(options.address) ? options.address : null;
    case 'ucast6':
      return options.address;
    case 'bcast':
      return broadcastAddress(options.device);
    case 'mcast':
    case 'mcast6':
      return options.group;
  }
}
