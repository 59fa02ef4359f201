import { endianness } from 'node:os';

/** The answer to an ICMP echo request. */
export interface EchoReply {
  readonly identifier: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

const headerLength = 8;
/** Heartbeat stores the identifier in the order of its own processor (spec ipfail.md 1.2). */
const littleEndian = endianness() === 'LE';

/** An ICMP echo request, its checksum still zero. Identifier and sequence: 0..65535. */
export function echoRequest(identifier: number, sequence: number, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(headerLength + payload.length);
  packet.writeUInt8(8, 0);
  if (littleEndian) packet.writeUInt16LE(identifier, 4);
  else packet.writeUInt16BE(identifier, 4);
  packet.writeUInt16BE(sequence, 6);
  packet.set(payload, headerLength);
  return packet;
}

/** What a raw socket received, IPv4 header included; null if it is no echo reply. */
export function parseEchoReply(packet: Uint8Array): EchoReply | null {
  const view = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
  const ipLength = packet.length > 0 ? (view.readUInt8(0) & 0x0f) * 4 : 0;
  if (ipLength < 20 || packet.length < ipLength + headerLength || view.readUInt8(0) >> 4 !== 4) return null;
  if (view.readUInt8(9) !== 1 || view.readUInt8(ipLength) !== 0 || view.readUInt8(ipLength + 1) !== 0)
    return null;
  return {
    identifier: littleEndian ? view.readUInt16LE(ipLength + 4) : view.readUInt16BE(ipLength + 4),
    sequence: view.readUInt16BE(ipLength + 6),
    payload: packet.subarray(ipLength + headerLength),
  };
}
