import { getSystemErrorMap } from 'node:util';
import { binding } from './binding.ts';

/** A disk, or a file on shared storage, read and written around this machine's cache. */
export interface Disk {
  /** Bytes of one write; a smaller one is filled up with zeroes. */
  readonly sectorSize: number;
  /** False: the file system has no direct access; what is read may be this machine's own memory of it. */
  readonly direct: boolean;
  /** Beyond a file's end are zeroes. Offset and length: multiples of 4096, the length up to 65536. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Up to a sector at a multiple of 4096; on the disk when it resolves. A rejected one may have been written as well. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Resolves when the disk is closed, which takes until a request that is under way has returned. Never rejects. */
  close(): Promise<void>;
}

/** What only this machine's owner of it writes. */
export interface OwnBytes {
  readonly offset: number;
  readonly length: number;
}

type Operation = { open: 0; openCached: 1; read: 2; write: 3; end: 4 };
const operations: Operation = { open: 0, openCached: 1, read: 2, write: 3, end: 4 };

/**
 * Opens a disk, or a file that exists. Rejects with an ErrnoException, as every request does: EAGAIN (another process
 * of this machine has the own bytes), ENOENT, EACCES, EIO, EBUSY (a request is under way). What hangs in the kernel never
 * settles; it holds up nothing else, and nothing is begun after it.
 */
export async function openDisk(path: string, own: OwnBytes): Promise<Disk> {
  const thread = new DiskThread(path, own);
  try {
    const { sectorSize, direct } = await openThread(thread);
    return {
      sectorSize,
      direct,
      async read(offset, length) {
        const bytes = new Uint8Array(length);
        await thread.ask('read', offset, length, { into: bytes });
        return bytes;
      },
      async write(offset, bytes) {
        const sector = new Uint8Array(sectorSize);
        sector.set(bytes);
        const count = await thread.ask('write', offset, sectorSize, { bytes: sector });
        if (count !== sectorSize) throw new Error(`write ${path}: ${count} of ${sectorSize} bytes`);
      },
      close: () => thread.end(),
    };
  } catch (error) {
    await thread.end();
    throw error;
  }
}

async function openThread(thread: DiskThread): Promise<{ sectorSize: number; direct: boolean }> {
  try {
    return { sectorSize: await thread.ask('open'), direct: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
    return { sectorSize: await thread.ask('openCached'), direct: false };
  }
}

interface Request {
  readonly into: Uint8Array | undefined;
  readonly resolve: (result: number) => void;
  readonly reject: (errno: number) => void;
}

/** The addon's side of an open disk. Its last request, without a {@link Request}, is the end. */
class DiskThread {
  readonly #path: string;
  readonly #thread;
  readonly #watch;
  readonly #ended = Promise.withResolvers<void>();
  #request: Request | null = null;
  #ending = false;

  constructor(path: string, own: OwnBytes) {
    this.#path = path;
    this.#thread = binding().diskStart(path, own.offset, own.length);
    this.#watch = binding().watch(this.#thread.fd, () => this.#answered());
  }

  ask(
    name: keyof Operation,
    offset = 0,
    length = 0,
    { bytes, into }: { bytes?: Uint8Array; into?: Uint8Array } = {},
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#ending) throw new Error(`${this.#path} is closed`);
      binding().diskAsk(this.#thread.handle, operations[name], offset, length, bytes);
      this.#request = { into, resolve, reject: (errno) => reject(failure(errno, name, this.#path)) };
    });
  }

  end(): Promise<void> {
    if (!this.#ending && this.#request === null) this.#askEnd();
    this.#ending = true;
    return this.#ended.promise;
  }

  #askEnd(): void {
    binding().diskAsk(this.#thread.handle, operations.end, 0, 0);
  }

  #answered(): void {
    const request = this.#request;
    if (request === null) binding().unwatch(this.#watch);
    const result = binding().diskAnswer(this.#thread.handle, request?.into);
    if (request === null) {
      this.#ended.resolve();
      return;
    }
    this.#request = null;
    if (this.#ending) this.#askEnd();
    if (result < 0) request.reject(result);
    else request.resolve(result);
  }
}

function failure(errno: number, name: string, path: string): NodeJS.ErrnoException {
  const [code = String(errno), text = 'unknown error'] = getSystemErrorMap().get(errno) ?? [];
  const owned = name === 'open' && code === 'EAGAIN';
  const reason = owned ? 'another process of this machine has this part of it' : text;
  return Object.assign(new Error(`${code}: ${reason}, ${name} ${path}`), { code, errno, syscall: name });
}
