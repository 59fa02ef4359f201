import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { dlopen } from 'node:process';
import { errorText } from './error.ts';

/** `__O_TMPFILE` of Linux, which Node does not name; the whole flag includes O_DIRECTORY, which differs by machine. */
const temporaryFile = 0o20000000 | constants.O_DIRECTORY;

/** Tried in this order; Debian mounts /run without permission to execute, some appliances /tmp. */
const usualDirectories = ['/run/heartbeat', '/run', '/dev/shm', '/tmp', '/var/tmp'];

/**
 * Descriptors of loaded addons, open for ever: the dynamic loader knows a library by its path, and a number of
 * /proc/self/fd that is used again would give the earlier one.
 */
const kept: number[] = [];

/**
 * Loads an addon from bytes through a file that never has a name. What is loaded is what was written and read
 * back with this SHA-256 (hex). Throws an Error that says for each directory why it did not serve.
 */
export function loadFromMemory(
  name: string,
  bytes: Uint8Array,
  sha256: string,
  directories: readonly string[] = usualDirectories,
): unknown {
  const reasons: string[] = [];
  const failed: number[] = [];
  try {
    for (const directory of directories) {
      try {
        const fd = openSync(directory, temporaryFile | constants.O_RDWR, 0o600);
        failed.push(fd);
        writeAll(fd, bytes);
        verify(fd, sha256);
        const module = { exports: {} };
        dlopen(module, `/proc/self/fd/${fd}`);
        kept.push(...failed.splice(failed.indexOf(fd), 1));
        return module.exports;
      } catch (error) {
        reasons.push(`${directory}: ${explain(error)}`);
      }
    }
  } finally {
    for (const fd of failed) closeSync(fd);
  }
  throw new Error(
    `cannot load ${name}: it needs a directory that can be written and is not mounted noexec; ${reasons.join('; ')}`,
  );
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
}

function verify(fd: number, sha256: string): void {
  const written = new Uint8Array(fstatSync(fd).size);
  for (let at = 0; at < written.length; ) {
    const count = readSync(fd, written, at, written.length - at, at);
    if (count === 0) throw new Error('the file is shorter than what was written');
    at += count;
  }
  const digest = createHash('sha256').update(written).digest('hex');
  if (digest !== sha256)
    throw new Error(`its SHA-256 is ${digest}, not ${sha256}: the executable is damaged`);
}

function explain(error: unknown): string {
  const text = errorText(error);
  return text.includes('failed to map segment') ? 'mounted noexec' : text;
}
