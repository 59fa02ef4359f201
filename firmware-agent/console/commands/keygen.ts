import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../../hw/error.ts';
import type { DigestMethod } from '../../wire/keyring.ts';
import type { CommandContext, Directories } from '../command-context.ts';

/** The methods that authenticate; crc does not. */
export const keyMethods = ['sha1', 'sha256', 'md5'] as const satisfies readonly DigestMethod[];
type KeyMethod = (typeof keyMethods)[number];

export interface KeygenOptions {
  readonly method: KeyMethod;
  /** Into the configuration directory, where there is none yet. */
  readonly write?: boolean;
}

/** As long as the digest: a longer key is no safer. */
const keyBytes: Readonly<Record<KeyMethod, number>> = { md5: 16, sha1: 20, sha256: 32 };

const fitness: Readonly<Record<KeyMethod, string>> = {
  sha1: 'sha1 fits any pair: two of Twinbeat, or one with a Heartbeat at the other end',
  sha256:
    'sha256 fits only two of Twinbeat: a Heartbeat at the other end refuses to start with it, and needs sha1',
  md5: 'md5 fits any pair, too, but sha1 is the better choice, and every Heartbeat knows it',
};

/**
 * `twinbeat keygen`: an authkeys file with a random key, on the output or written where it belongs. Never takes the place of
 * one that is there. Resolves with 1 where it could not be written.
 */
export async function keygen(
  { configDir }: Directories,
  { method, write = false }: KeygenOptions,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<number> {
  const text = `auth 1\n1 ${method} ${randomBytes(keyBytes[method]).toString('hex')}\n`;
  const path = join(configDir, 'authkeys');
  if (!write) {
    terminal.out(text.trimEnd());
    terminal.err(`${fitness[method]}.`);
    terminal.err(
      `This belongs into ${path} on both nodes, mode 0600; \`twinbeat keygen --write\` puts it there.`,
    );
    return 0;
  }
  const problem = writeSecret(path, text);
  if (problem !== null) {
    terminal.err(problem);
    return 1;
  }
  terminal.out(`${path} is written, for its owner only (mode 0600).`);
  terminal.out(`${fitness[method]}.`);
  terminal.out(
    'Both nodes need the same file: copy this one, for example by `scp -p`, and do not make a second.',
  );
  return 0;
}

/** Null: it is on the disk; else why not, in words. */
function writeSecret(path: string, text: string): string | null {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      return `${path} cannot be written: ${errorText(error)}`;
    return (
      `${path} is there already and stays as it is. To change keys without an interruption, add the new line with another ` +
      'number to both files, reload both agents, then let "auth" name it'
    );
  }
  try {
    // Whatever the umask is: more would be refused at the start, less could not be read.
    fchmodSync(file, 0o600);
    writeSync(file, text);
    fsyncSync(file);
    return null;
  } catch (error) {
    unlinkSync(path);
    return `${path} cannot be written: ${errorText(error)}`;
  } finally {
    closeSync(file);
  }
}
