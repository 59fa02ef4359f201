import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { gzipSync } from 'node:zlib';
import { errorText } from '../../../hw/error.ts';
import type { CommandContext, Directories } from '../command-context.ts';
import { collect } from '../support/collect.ts';
import { tar } from '../support/tar.ts';

/**
 * `twinbeat support [FILE]`: one .tar.gz with what whoever is to help wants to see, for its owner's eyes only, with or without
 * a running agent. Resolves with 1 where it could not be written; a file that is there stays.
 */
export async function support(
  directories: Directories,
  file: string | undefined,
  { terminal, machine }: Pick<CommandContext, 'terminal' | 'machine'>,
  now = new Date(),
): Promise<number> {
  const name = `twinbeat-support-${directories.node ?? hostname()}-${stamp(now)}`
    .replace(/[^\w.-]/g, '_')
    .slice(0, 60);
  const path = file ?? `${name}.tar.gz`;
  const entries = await collect(directories, await machine.serialPorts(), now);
  const inFolder = entries.map((entry) => ({ ...entry, name: `${name}/${entry.name}` }));
  const bytes = gzipSync(tar(inFolder, now.getTime() / 1000));
  try {
    writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = errorText(error);
    terminal.err(
      isThere ? `${path} is there already: name another file` : `${path} cannot be written: ${why}`,
    );
    return 1;
  }
  terminal.out(`${path}: ${entries.length} files, ${Math.ceil(bytes.length / 1024)} KiB.`);
  terminal.out(
    'Keys and passwords are removed where they could be told: look through it before you give it away.',
  );
  return 0;
}

/** `20261121-231407`, in local time. */
function stamp(now: Date): string {
  const parts = [
    now.getFullYear(),
    now.getMonth() + 1,
    now.getDate(),
    now.getHours(),
    now.getMinutes(),
    now.getSeconds(),
  ];
  const text = parts.map((n) => String(n).padStart(2, '0')).join('');
  return `${text.slice(0, 8)}-${text.slice(8)}`;
}
