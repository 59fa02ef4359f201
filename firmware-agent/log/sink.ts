import { constants, fstatSync, open as openNow, write } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Where lines go in the end. */
export interface LineSink {
  /** What a person would call it, for messages. */
  readonly name: string;
  /**
   * Appends what it can and resolves with the number of bytes taken; 0: not now, ask again later.
   * Rejects where the place does not work.
   */
  append(bytes: Uint8Array): Promise<number>;
}

// Non-blocking: a FIFO without a reader or a terminal held by flow control must never hold a thread.
const appending = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK | constants.O_NOCTTY;

/** A log file, opened for every append: whoever rotates it need not tell anyone. */
export function fileSink(path: string): LineSink {
  return {
    name: path,
    async append(bytes) {
      const file = await open(path, appending | constants.O_CREAT, 0o644);
      try {
        return await taken(writeSome(file, bytes));
      } finally {
        await file.close();
      }
    },
  };
}

const openFile = promisify(openNow);
const writeFile = promisify(write);

/**
 * The process's own stderr. `process.stderr` writes synchronously, so a terminal held by flow control
 * would stop the heartbeat: this opens the same terminal or pipe a second time, non-blocking, which leaves
 * the descriptor that other processes share as it is. A socket (systemd's journal) cannot be opened again
 * and is written to as it is; so is a file, whose position others share and which never blocks for long.
 */
export function stderrSink(): LineSink {
  let descriptor: number | undefined;
  return {
    name: 'stderr',
    async append(bytes) {
      descriptor ??= isFile(2) ? 2 : await openFile('/proc/self/fd/2', appending).catch(() => 2);
      return taken(writeFile(descriptor, bytes).then((done) => done.bytesWritten));
    },
  };
}

function isFile(descriptor: number): boolean {
  return fstatSync(descriptor).isFile();
}

async function writeSome(file: FileHandle, bytes: Uint8Array): Promise<number> {
  return (await file.write(bytes)).bytesWritten;
}

/** A full pipe or terminal is slow, not broken. */
async function taken(writing: Promise<number>): Promise<number> {
  try {
    return await writing;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
