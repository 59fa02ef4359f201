import { constants, open } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { errorText } from '../../hw/error.ts';

const FLAGS = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** What a terminal did with a line: took it; is not there, or is none; or failed, in words. */
export type Writing = 'written' | 'absent' | { readonly failure: string };

/**
 * Write to a terminal, once, as much as it takes at once. It does not become ours, and a port without a carrier or with
 * its flow stopped is a failure. Closing may take a port's time; that and opening are left to a thread. Never rejects.
 */
export async function writeToTerminal(path: string, text: string): Promise<Writing> {
  try {
    return await write(path, Buffer.from(text));
  } catch (error) {
    return isAbsence(error) ? 'absent' : { failure: errorText(error) };
  }
}

async function write(path: string, bytes: Uint8Array): Promise<Writing> {
  const terminal = await open(path, FLAGS);
  try {
    if (!isatty(terminal.fd)) return 'absent';
    const { bytesWritten } = await terminal.write(bytes);
    if (bytesWritten === bytes.length) return 'written';
    return { failure: `it took ${bytesWritten} of ${bytes.length} bytes` };
  } finally {
    await terminal.close();
  }
}

function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENXIO' || code === 'ENODEV';
}
