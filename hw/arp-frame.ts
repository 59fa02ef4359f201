/** Who says "this address is mine". */
export interface ArpClaim {
  readonly address: string;
  /** Lower case with colons. */
  readonly mac: string;
  readonly kind: 'request' | 'reply';
}

/** Who asks whether anybody has an address, because he is about to take it himself. */
export interface ArpProbe {
  readonly address: string;
  /** Lower case with colons. */
  readonly mac: string;
  readonly kind: 'probe';
}

const frameLength = 42;
const everyone = 'ff:ff:ff:ff:ff:ff';
const nobody = '00:00:00:00:00:00';
/** The sender's address where he has none. */
const unknown = '0.0.0.0';

/**
 * A gratuitous ARP frame with its Ethernet header: `mac` says to everyone that it has `address`. In a reply the
 * target's hardware address repeats the sender's (RFC 5944, 4.6); in a request it means nothing.
 */
export function gratuitousArp(kind: ArpClaim['kind'], address: string, mac: string): Uint8Array {
  const isRequest = kind === 'request';
  return arpFrame(isRequest ? 1 : 2, { mac, address }, { mac: isRequest ? nobody : mac, address });
}

/**
 * An ARP probe with its Ethernet header: `mac` asks everyone for `address` without a claim of its own, so that no
 * host's table changes (RFC 5227, 2.1.1).
 */
export function arpProbe(address: string, mac: string): Uint8Array {
  return arpFrame(1, { mac, address: unknown }, { mac: nobody, address });
}

/** What an ARP frame says of an address; null where it says nothing, or is not ARP for IPv4. */
export function parseArp(frame: Uint8Array): ArpClaim | ArpProbe | null {
  if (frame.length < frameLength) return null;
  const view = Buffer.from(frame.buffer, frame.byteOffset, frame.length);
  const fixed = view.readUInt16BE(12) === 0x0806 && view.readUInt32BE(14) === 0x00010800;
  if (!fixed || view.readUInt16BE(18) !== 0x0604) return null;
  const operation = view.readUInt16BE(20);
  if (operation !== 1 && operation !== 2) return null;
  const mac = view.toString('hex', 22, 28).replace(/(..)(?!$)/g, '$1:');
  const address = view.subarray(28, 32).join('.');
  if (address !== unknown) return { address, mac, kind: operation === 1 ? 'request' : 'reply' };
  const wanted = view.subarray(38, 42).join('.');
  return operation === 1 && wanted !== unknown ? { address: wanted, mac, kind: 'probe' } : null;
}

interface Party {
  readonly mac: string;
  readonly address: string;
}

function arpFrame(operation: 1 | 2, sender: Party, target: Party): Uint8Array {
  const frame = Buffer.alloc(frameLength);
  frame.set(macBytes(everyone), 0);
  frame.set(macBytes(sender.mac), 6);
  frame.writeUInt16BE(0x0806, 12);
  frame.writeUInt16BE(1, 14); // Ethernet
  frame.writeUInt16BE(0x0800, 16); // IPv4
  frame.writeUInt8(6, 18);
  frame.writeUInt8(4, 19);
  frame.writeUInt16BE(operation, 20);
  frame.set(macBytes(sender.mac), 22);
  frame.set(sender.address.split('.').map(Number), 28);
  frame.set(macBytes(target.mac), 32);
  frame.set(target.address.split('.').map(Number), 38);
  return frame;
}

function macBytes(mac: string): Uint8Array {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}
