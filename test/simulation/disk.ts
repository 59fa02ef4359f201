import { encodeRecord, type LockRecord, type Slot } from '../../firmware-agent/lock/sector.ts';
import type { NodeName } from './node-name.ts';

/** What is wrong with a box's way to the disk; several faults may hold each. */
export interface DiskAilments {
  /** Requests come back with an error. */
  errors: number;
  /** Requests do not come back before this is over. */
  hangs: number;
  /** Milliseconds that every request takes longer. */
  delay: number;
}

/** How long a request to a healthy disk takes, in ms. */
const requestTime = 2;

const empty: Slot = { print: '', content: 'empty' };

/** The disk of the locks: a sector for each node and each node's groups. */
export class SharedDisk {
  readonly ailments: Readonly<Record<NodeName, DiskAilments>> = {
    nodea: { errors: 0, hangs: 0, delay: 0 },
    nodeb: { errors: 0, hangs: 0, delay: 0 },
  };
  readonly #slots = new Map<string, Slot>();

  /** Requests of this box are answered as fast as ever. */
  isSound(node: NodeName): boolean {
    const { errors, hangs, delay } = this.ailments[node];
    return errors + hangs + delay === 0;
  }

  /** How long a request that this box begins now takes, in ms. */
  time(node: NodeName): number {
    return requestTime + this.ailments[node].delay;
  }

  read(area: number, index: number): Slot {
    return this.#slots.get(`${area} ${index}`) ?? empty;
  }

  write(area: number, index: number, record: LockRecord): void {
    const print = encodeRecord(record).toString('latin1');
    this.#slots.set(`${area} ${index}`, { print, content: 'record', record });
  }
}
