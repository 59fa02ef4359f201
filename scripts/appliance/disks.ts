import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../build/command.ts';
import { executablePath } from '../build/executable.ts';
import { ROOT } from '../build/paths.ts';
import type { Target } from '../build/target.ts';
import { modulesOf } from './kernel.ts';
import { librariesOf } from './libraries.ts';
import { FILES } from './settings.ts';

/** What the boxes have of the laboratory's own. */
export const GUEST = fileURLToPath(new URL('guest/', import.meta.url));

/** The initial RAM disk of a kernel's folder: a shell and the drivers, as far as the root. */
export async function makeInitialDisk(file: string, busybox: string, kernel: string): Promise<void> {
  const stage = `${file}.content/`;
  const modules = modulesOf(kernel);
  rmSync(stage, { recursive: true, force: true });
  for (const directory of ['bin', 'dev', 'root', 'modules'])
    mkdirSync(stage + directory, { recursive: true });
  cpSync(busybox, `${stage}bin/busybox`);
  cpSync(`${GUEST}init`, `${stage}init`);
  for (const module of modules) cpSync(`${kernel}/${module}.ko`, `${stage}modules/${module}.ko`);
  writeFileSync(`${stage}modules/order`, modules.join('\n'));
  await run(['sh', '-c', 'find . | cpio --quiet -o -H newc | gzip -1 >"$0"', file], { cwd: stage });
}

/**
 * The root: nobody writes to it. Twinbeat is put there as onto any image. `busybox`: the box's own, `runs`: one that says here which
 * programs it is.
 */
export async function makeRootDisk(
  file: string,
  busybox: string,
  runs: string,
  target: Target,
): Promise<void> {
  const stage = `${file}.content`;
  const executable = executablePath(target);
  rmSync(stage, { recursive: true, force: true });
  for (const directory of [
    'bin',
    'sbin',
    'dev',
    'proc',
    'sys',
    'run',
    'tmp',
    'var/log',
    'var/lib',
    'etc/init.d',
  ])
    mkdirSync(`${stage}/${directory}`, { recursive: true });
  await run([`${ROOT}scripts/install`, '--destdir', stage, '--executable', executable]);
  cpSync(busybox, `${stage}/bin/busybox`);
  for (const name of (await run([runs, '--list'])).trim().split('\n'))
    if (name !== 'busybox') symlinkSync('busybox', `${stage}/bin/${name}`);
  symlinkSync('../bin/busybox', `${stage}/sbin/init`);
  for (const [library, found] of await librariesOf(executable, target)) {
    mkdirSync(dirname(stage + library), { recursive: true });
    copyFileSync(found, stage + library);
  }
  cpSync(`${GUEST}inittab`, `${stage}/etc/inittab`);
  for (const script of ['rcS', 'shell', 'log']) cpSync(`${GUEST}${script}`, `${stage}/etc/init.d/${script}`);
  await run([
    ...`${target.prefix}gcc -std=gnu11 -Os -Wall -Wextra -static -s -o`.split(' '),
    `${stage}/bin/ask`,
    `${GUEST}ask.c`,
  ]);
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(`${stage}/etc/${path}`), { recursive: true });
    writeFileSync(`${stage}/etc/${path}`, text);
  }
  for (const secret of ['authkeys', 'twinbeat.cf']) chmodSync(`${stage}/etc/ha.d/${secret}`, 0o600);
  await run([
    ...`mksquashfs ${stage} ${file} -comp zstd -Xcompression-level 3`.split(' '),
    ...'-all-root -noappend -quiet -no-progress'.split(' '),
  ]);
}
