import { isIPv6, SocketAddress } from 'node:net';

/** Who says of an IPv6 address "this is mine". */
export interface AdvertisementClaim {
  /** As RFC 5952 writes it. */
  readonly address: string;
  /** Lower case with colons. */
  readonly mac: string;
}

/** All hosts of the network, by their Ethernet and IPv6 groups. */
const everyone = '333300000001';
const everyoneAddress = 'ff02::1';
/** Ethernet, IPv6 and ICMPv6 headers, the address, and the option with the hardware address. */
const ipAt = 14;
const icmpAt = ipAt + 40;
const optionAt = icmpAt + 24;
const frameLength = optionAt + 8;
const icmp6 = 58;
const advertisementType = 136;
/** Option: the hardware address of who has it; its length is told in units of eight bytes. */
const targetLinkLayer = 2;
/** Only a neighbour can send a packet that still has all its hops. */
const hopLimit = 255;

/**
 * An unsolicited neighbour advertisement with its Ethernet header (RFC 4861, 7.2.6): `mac` says to everyone that it has
 * `address`, and that what they knew before is out of date. A router must say that it is one, lest hosts take it for none.
 */
export function unsolicitedAdvertisement(address: string, mac: string, isRouter: boolean): Uint8Array {
  const frame = Buffer.alloc(frameLength);
  frame.set(Buffer.from(everyone, 'hex'), 0);
  frame.set(macBytes(mac), 6);
  frame.writeUInt16BE(0x86dd, 12);
  frame.writeUInt8(0x60, ipAt);
  frame.writeUInt16BE(frameLength - icmpAt, ipAt + 4);
  frame.writeUInt8(icmp6, ipAt + 6);
  frame.writeUInt8(hopLimit, ipAt + 7);
  frame.set(addressBytes(address), ipAt + 8);
  frame.set(addressBytes(everyoneAddress), ipAt + 24);
  frame.writeUInt8(advertisementType, icmpAt);
  frame.writeUInt8(isRouter ? 0xa0 : 0x20, icmpAt + 4); // router, override
  frame.set(addressBytes(address), icmpAt + 8);
  frame.writeUInt8(targetLinkLayer, optionAt);
  frame.writeUInt8(1, optionAt + 1);
  frame.set(macBytes(mac), optionAt + 2);
  frame.writeUInt16BE(checksum(frame), icmpAt + 2);
  return frame;
}

/** What a neighbour advertisement says; null where the frame is none, or does not tell the hardware address. */
export function parseAdvertisement(frame: Uint8Array): AdvertisementClaim | null {
  if (frame.length < optionAt) return null;
  const view = Buffer.from(frame.buffer, frame.byteOffset, frame.length);
  if (view.readUInt16BE(12) !== 0x86dd || view[ipAt + 6] !== icmp6 || view[ipAt + 7] !== hopLimit)
    return null;
  if (view[icmpAt] !== advertisementType || view[icmpAt + 1] !== 0) return null;
  const mac = targetMac(view);
  return mac === null ? null : { address: addressText(view.subarray(icmpAt + 8, optionAt)), mac };
}

function targetMac(view: Buffer): string | null {
  for (let at = optionAt; at + 8 <= view.length; ) {
    const units = view.readUInt8(at + 1);
    if (units === 0) return null;
    if (view[at] === targetLinkLayer && units === 1) {
      return view.toString('hex', at + 2, at + 8).replace(/(..)(?!$)/g, '$1:');
    }
    at += units * 8;
  }
  return null;
}

/** The internet's checksum over a pseudo header (addresses, length, protocol) and the message, whose own field is zero. */
function checksum(frame: Buffer): number {
  let sum = frame.length - icmpAt + icmp6;
  for (let at = ipAt + 8; at < frame.length; at += 2) sum += frame.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function addressBytes(address: string): Uint8Array {
  if (!isIPv6(address) || address.includes('.')) throw new RangeError(`${address} is not an IPv6 address`);
  const [left = '', right] = address.split('::');
  const head = words(left);
  const tail = right === undefined ? [] : words(right);
  const groups = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 0xff]));
}

function words(text: string): number[] {
  return text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
}

function addressText(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}

function macBytes(mac: string): Uint8Array {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}
