import { endianness } from 'node:os';

export type IpVersion = 'ipv4' | 'ipv6';

/** The answer to an ICMP echo request. */
export interface EchoReply {
  readonly identifier: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** The types of ICMP and of ICMPv6. */
export const echoTypes = {
  ipv4: { request: 8, reply: 0 },
  ipv6: { request: 128, reply: 129 },
} as const;
const headerLength = 8;
/** Heartbeat stores the identifier in the order of its own processor (spec ipfail.md 1.2). */
const littleEndian = endianness() === 'LE';

/** An echo request, its checksum still zero. Identifier and sequence: 0..65535. */
export function echoRequest(
  version: IpVersion,
  identifier: number,
  sequence: number,
  payload: Uint8Array,
): Buffer {
  const packet = Buffer.alloc(headerLength + payload.length);
  packet.writeUInt8(echoTypes[version].request, 0);
  if (littleEndian) packet.writeUInt16LE(identifier, 4);
  else packet.writeUInt16BE(identifier, 4);
  packet.writeUInt16BE(sequence, 6);
  packet.set(payload, headerLength);
  return packet;
}

/** What a raw socket received, which with IPv4 begins with the IP header; null if it is no echo reply. */
export function parseEchoReply(version: IpVersion, packet: Uint8Array): EchoReply | null {
  const view = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
  const at = version === 'ipv4' ? endOfHeader(view) : 0;
  if (at === null || packet.length < at + headerLength) return null;
  if (view.readUInt8(at) !== echoTypes[version].reply || view.readUInt8(at + 1) !== 0) return null;
  return {
    identifier: littleEndian ? view.readUInt16LE(at + 4) : view.readUInt16BE(at + 4),
    sequence: view.readUInt16BE(at + 6),
    payload: packet.subarray(at + headerLength),
  };
}

/** Where ICMP begins; null where this is no IPv4 packet with it. */
function endOfHeader(view: Buffer): number | null {
  const length = view.length > 0 ? (view.readUInt8(0) & 0x0f) * 4 : 0;
  if (length < 20 || view.length < length || view.readUInt8(0) >> 4 !== 4) return null;
  return view.readUInt8(9) === 1 ? length : null;
}
