import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LineSink } from '../log/sink.ts';

/** Bytes of one of the two files; together they are never larger than twice this. */
const half = 128 * 1024;

export function eventFile(stateDir: string): string {
  return join(stateDir, 'events');
}

/** The older half, where there is one. */
export function olderEventFile(stateDir: string): string {
  return join(stateDir, 'events.old');
}

/**
 * Lines kept in two files of bounded size: when the newer one is full it takes the place of the older one. What was
 * appended is on the disk, for it is wanted most after a loss of power, and a line that was torn by one stays alone.
 * `limit`: bytes of one file.
 */
export function ringFile(stateDir: string, limit = half): LineSink {
  const path = eventFile(stateDir);
  let isMended = false;
  return {
    name: path,
    async append(bytes) {
      const size = await sizeOf(path);
      if (size > 0 && size + bytes.length > limit) {
        await rename(path, olderEventFile(stateDir));
        isMended = true;
      }
      const file = await open(path, 'a+', 0o644);
      try {
        if (!isMended) await endTornLine(file);
        isMended = true;
        const { bytesWritten } = await file.write(bytes);
        await file.datasync();
        return bytesWritten;
      } finally {
        await file.close();
      }
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

async function endTornLine(file: Awaited<ReturnType<typeof open>>): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] !== 0x0a) await file.write('\n');
}
