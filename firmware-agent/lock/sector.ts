import { createHash } from 'node:crypto';

/** What a node says in its sector. `free`: it holds nothing and is not about to. */
export interface LockRecord {
  readonly state: 'free' | 'wants' | 'holds';
  /** The node's name; up to 255 bytes. */
  readonly node: string;
  /** 32 hex digits, new for each start of the agent. */
  readonly incarnation: string;
  /** One more than any before with each attempt to hold. */
  readonly epoch: number;
  /** One more with each write: that it changes shows that the node lives. */
  readonly counter: number;
  /** Milliseconds: nobody else holds before this has been unchanged for so long. */
  readonly lease: number;
}

/** A sector as read. `print` differs where the bytes do. */
export type Slot =
  | { readonly print: string; readonly content: 'record'; readonly record: LockRecord }
  /**
   * `empty`: zeroes, never used. `foreign`: somebody else's data. `unreadable`: ours, but torn, damaged or of a version
   * that is not known here.
   */
  | { readonly print: string; readonly content: 'empty' | 'foreign' | 'unreadable' };

/** Bytes that matter of a sector, the smallest that disks have; the rest of a larger one is not looked at. */
export const RECORD_SIZE = 512;
/** A node's sector begins at its index times this: no two share a physical sector of a disk. */
export const SLOT_SIZE = 4096;
/** One lock: a sector of each node. */
export const AREA_SIZE = 2 * SLOT_SIZE;

const magic = Buffer.from('TWINLOCK');
const version = 1;
const states = ['free', 'wants', 'holds'] as const;
const at = { version: 8, state: 10, lease: 12, epoch: 16, counter: 24, incarnation: 32, node: 48 } as const;
const checksumAt = RECORD_SIZE - 32;

function checksum(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes.subarray(0, checksumAt)).digest();
}

/** Throws a RangeError for what does not fit. */
export function encodeRecord(record: LockRecord): Buffer {
  const bytes = Buffer.alloc(RECORD_SIZE);
  const node = Buffer.from(record.node);
  if (node.length === 0 || node.length > 255) throw new RangeError(`node name of ${node.length} bytes`);
  magic.copy(bytes);
  bytes.writeUInt16LE(version, at.version);
  bytes.writeUInt8(states.indexOf(record.state), at.state);
  bytes.writeUInt32LE(record.lease, at.lease);
  bytes.writeBigUInt64LE(BigInt(record.epoch), at.epoch);
  bytes.writeBigUInt64LE(BigInt(record.counter), at.counter);
  if (bytes.write(record.incarnation, at.incarnation, 16, 'hex') !== 16)
    throw new RangeError(`incarnation ${record.incarnation}`);
  bytes.writeUInt8(node.length, at.node);
  node.copy(bytes, at.node + 1);
  checksum(bytes).copy(bytes, checksumAt);
  return bytes;
}

/** Never throws, whatever the {@link RECORD_SIZE} bytes are. */
export function decodeSlot(sector: Uint8Array): Slot {
  const bytes = Buffer.from(sector.subarray(0, RECORD_SIZE));
  const print = bytes.toString('latin1');
  if (bytes.every((byte) => byte === 0)) return { print, content: 'empty' };
  if (!bytes.subarray(0, magic.length).equals(magic)) return { print, content: 'foreign' };
  const state = states[bytes.readUInt8(at.state)];
  const intact = checksum(bytes).equals(bytes.subarray(checksumAt));
  if (!intact || bytes.readUInt16LE(at.version) !== version || state === undefined)
    return { print, content: 'unreadable' };
  const record = {
    state,
    node: bytes.toString('utf8', at.node + 1, at.node + 1 + bytes.readUInt8(at.node)),
    incarnation: bytes.toString('hex', at.incarnation, at.incarnation + 16),
    epoch: Number(bytes.readBigUInt64LE(at.epoch)),
    counter: Number(bytes.readBigUInt64LE(at.counter)),
    lease: bytes.readUInt32LE(at.lease),
  };
  return { print, content: 'record', record };
}
