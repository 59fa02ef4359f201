/** Who says "this address is mine". */
export interface ArpClaim {
  readonly address: string;
  /** Lower case with colons. */
  readonly mac: string;
  readonly kind: 'request' | 'reply';
}

const frameLength = 42;
const everyone = 'ff:ff:ff:ff:ff:ff';
const nobody = '00:00:00:00:00:00';

/**
 * A gratuitous ARP frame with its Ethernet header: `mac` says to everyone that it has `address`. In a reply the
 * target's hardware address repeats the sender's (RFC 5944, 4.6); in a request it means nothing.
 */
export function gratuitousArp(kind: ArpClaim['kind'], address: string, mac: string): Uint8Array {
  const frame = Buffer.alloc(frameLength);
  frame.set(macBytes(everyone), 0);
  frame.set(macBytes(mac), 6);
  frame.writeUInt16BE(0x0806, 12);
  frame.writeUInt16BE(1, 14); // Ethernet
  frame.writeUInt16BE(0x0800, 16); // IPv4
  frame.writeUInt8(6, 18);
  frame.writeUInt8(4, 19);
  frame.writeUInt16BE(kind === 'request' ? 1 : 2, 20);
  frame.set(macBytes(mac), 22);
  frame.set(address.split('.').map(Number), 28);
  frame.set(macBytes(kind === 'request' ? nobody : mac), 32);
  frame.set(address.split('.').map(Number), 38);
  return frame;
}

/** What an ARP frame claims; null for a probe (it claims nothing yet) and for what is not ARP for IPv4. */
export function parseArp(frame: Uint8Array): ArpClaim | null {
  if (frame.length < frameLength) return null;
  const view = Buffer.from(frame.buffer, frame.byteOffset, frame.length);
  const fixed = view.readUInt16BE(12) === 0x0806 && view.readUInt32BE(14) === 0x00010800;
  if (!fixed || view.readUInt16BE(18) !== 0x0604) return null;
  const operation = view.readUInt16BE(20);
  const address = view.subarray(28, 32).join('.');
  if ((operation !== 1 && operation !== 2) || address === '0.0.0.0') return null;
  const mac = view.toString('hex', 22, 28).replace(/(..)(?!$)/g, '$1:');
  return { address, mac, kind: operation === 1 ? 'request' : 'reply' };
}

function macBytes(mac: string): Uint8Array {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}
