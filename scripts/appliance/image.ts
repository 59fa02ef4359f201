import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../build/command.ts';
import { DIST, ROOT, scratchFolder } from '../build/paths.ts';
import { progress, size } from '../build/progress.ts';
import { isFresh, stamp } from '../build/stamp.ts';
import { EXECUTABLE } from '../laboratory/node.ts';
import { KERNEL, MODULES, prepareKernel } from './kernel.ts';
import { fetchPackage } from './package.ts';
import { FILES } from './settings.ts';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const GUEST = `${HERE}guest/`;

/** What machines are made of. */
const BUSYBOX = `${DIST}appliance/busybox`;
export const VMLINUX = `${KERNEL}vmlinux`;
export const INITRD = `${DIST}appliance/initrd.gz`;
export const DISK = `${DIST}appliance/root.sqfs`;
export const LINES = `${DIST}appliance/lines.so`;

/** Make all that machines are made of, as far as it is not there or not new enough. */
export async function prepareImages(): Promise<void> {
  await prepareKernel();
  mkdirSync(`${DIST}appliance`, { recursive: true });
  // The one that runs without any library; on this machine the other one may be installed.
  await make(BUSYBOX, 'busybox-static', [], async (target) =>
    copyFileSync(`${await fetchPackage('busybox-static')}/bin/busybox`, target),
  );
  await make(LINES, 'gcc', [`${HERE}lines.c`], (target) =>
    run([
      ...'gcc -std=c11 -Os -Wall -Wextra -fPIC -shared -s -o'.split(' '),
      target,
      `${HERE}lines.c`,
      '-ldl',
    ]),
  );
  await make(INITRD, MODULES.join(' '), [`${GUEST}init`, BUSYBOX, VMLINUX], initialDisk);
  const inputs = ['inittab', 'rcS', 'shell', 'log', 'ask.c'].map((name) => `${GUEST}${name}`);
  const house = [`${ROOT}scripts/init/heartbeat`, `${ROOT}scripts/install`, EXECUTABLE, BUSYBOX];
  await make(DISK, JSON.stringify(FILES), [...inputs, ...house, `${HERE}image.ts`], rootDisk);
}

async function make(
  output: string,
  way: string,
  inputs: readonly string[],
  work: (target: string) => Promise<unknown>,
): Promise<void> {
  const recipe = `${way} of ${inputs.join(' ')}`;
  if (isFresh(output, recipe)) return;
  const startedAt = Date.now();
  const target = `${scratchFolder()}${output.split('/').at(-1)}`;
  await work(target);
  renameSync(target, output);
  stamp(output, recipe, inputs, startedAt);
  progress(`appliance: made ${output.slice(ROOT.length)} (${size(statSync(output).size)})`);
}

/** The initial RAM disk: a shell and the drivers, as far as the root. */
async function initialDisk(target: string): Promise<void> {
  const stage = `${scratchFolder()}initrd/`;
  for (const directory of ['bin', 'dev', 'root', 'modules'])
    mkdirSync(stage + directory, { recursive: true });
  cpSync(BUSYBOX, `${stage}bin/busybox`);
  cpSync(`${GUEST}init`, `${stage}init`);
  for (const module of MODULES) cpSync(`${KERNEL}${module}.ko`, `${stage}modules/${module}.ko`);
  writeFileSync(`${stage}modules/order`, MODULES.join('\n'));
  await run(['sh', '-c', 'find . | cpio --quiet -o -H newc | gzip -1 >"$0"', target], { cwd: stage });
}

/** The root: nobody writes to it. Twinbeat is put there as onto any image. */
async function rootDisk(target: string): Promise<void> {
  const stage = `${scratchFolder()}root`;
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
  await run([`${ROOT}scripts/install`, '--destdir', stage, '--executable', EXECUTABLE]);
  cpSync(BUSYBOX, `${stage}/bin/busybox`);
  for (const name of (await run([BUSYBOX, '--list'])).trim().split('\n'))
    if (name !== 'busybox') symlinkSync('busybox', `${stage}/bin/${name}`);
  symlinkSync('../bin/busybox', `${stage}/sbin/init`);
  for (const library of await libraries()) {
    mkdirSync(dirname(stage + library), { recursive: true });
    copyFileSync(library, stage + library);
  }
  cpSync(`${GUEST}inittab`, `${stage}/etc/inittab`);
  for (const script of ['rcS', 'shell', 'log']) cpSync(`${GUEST}${script}`, `${stage}/etc/init.d/${script}`);
  await run([
    ...'gcc -std=gnu11 -Os -Wall -Wextra -static -s -o'.split(' '),
    `${stage}/bin/ask`,
    `${GUEST}ask.c`,
  ]);
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(`${stage}/etc/${path}`), { recursive: true });
    writeFileSync(`${stage}/etc/${path}`, text);
  }
  chmodSync(`${stage}/etc/ha.d/authkeys`, 0o600);
  await run([
    ...`mksquashfs ${stage} ${target} -comp zstd -Xcompression-level 3`.split(' '),
    ...'-all-root -noappend -quiet -no-progress'.split(' '),
  ]);
}

/** The libraries that the executable asks for, as they are on this machine. */
async function libraries(): Promise<string[]> {
  const text = await run(['ldd', EXECUTABLE]);
  return [...text.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
}
