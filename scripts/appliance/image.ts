import { copyFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../build/command.ts';
import { executablePath } from '../build/executable.ts';
import { DIST, ROOT, scratchFolder } from '../build/paths.ts';
import { progress, size } from '../build/progress.ts';
import { isFresh, stamp } from '../build/stamp.ts';
import { type Architecture, hostArchitecture, targetFor } from '../build/target.ts';
import { GUEST, makeInitialDisk, makeRootDisk } from './disks.ts';
import { modulesOf, prepareKernel } from './kernel.ts';
import { PackageSource } from './package.ts';
import { FILES } from './settings.ts';

const HERE = fileURLToPath(new URL('./', import.meta.url));

/** Preloaded into QEMU, whatever it emulates. */
export const LINES = `${DIST}appliance/lines.so`;

/** What machines with one processor are made of; paths. */
export interface Images {
  readonly kernel: string;
  readonly initrd: string;
  readonly disk: string;
}

export function imagesOf(architecture: Architecture): Images {
  const folder = folderOf(architecture);
  return {
    kernel: `${folder}kernel/vmlinux`,
    initrd: `${folder}initrd.gz`,
    disk: `${folder}root.sqfs`,
  };
}

function folderOf(architecture: Architecture): string {
  return `${DIST}appliance/${architecture}/`;
}

function busyboxOf(architecture: Architecture): string {
  return `${folderOf(architecture)}busybox`;
}

/** Make all that machines are made of, as far as it is not there or not new enough. The executables must be there. */
export async function prepareImages(architectures: readonly Architecture[]): Promise<void> {
  await make(LINES, 'gcc', [`${HERE}lines.c`], (target) =>
    run([
      ...'gcc -std=c11 -Os -Wall -Wextra -fPIC -shared -s -o'.split(' '),
      target,
      `${HERE}lines.c`,
      '-ldl',
    ]),
  );
  // The names of BusyBox's programs are asked of the one that runs here.
  for (const architecture of new Set([hostArchitecture(), ...architectures]))
    await prepareParts(architecture);
  for (const architecture of architectures) await prepareDisks(architecture);
}

async function prepareParts(architecture: Architecture): Promise<void> {
  let opened: Promise<PackageSource> | undefined;
  const source = (): Promise<PackageSource> => (opened ??= PackageSource.open(architecture));
  await prepareKernel(architecture, `${folderOf(architecture)}kernel/`, source);
  // The one that runs without any library; on this machine the other one may be installed.
  await make(busyboxOf(architecture), 'busybox-static', [], async (target) =>
    copyFileSync(`${await (await source()).fetch('busybox-static')}/bin/busybox`, target),
  );
}

async function prepareDisks(architecture: Architecture): Promise<void> {
  const { kernel, initrd, disk } = imagesOf(architecture);
  const busybox = busyboxOf(architecture);
  const target = targetFor(architecture);
  const modules = modulesOf(dirname(kernel));
  await make(initrd, modules.join(' '), [`${GUEST}init`, busybox, kernel], (file) =>
    makeInitialDisk(file, busybox, dirname(kernel)),
  );
  const inputs = ['inittab', 'rcS', 'shell', 'log', 'ask.c'].map((name) => `${GUEST}${name}`);
  const house = [`${ROOT}scripts/init/heartbeat`, `${ROOT}scripts/install`, executablePath(target), busybox];
  await make(disk, JSON.stringify(FILES), [...inputs, ...house, `${HERE}disks.ts`], (file) =>
    makeRootDisk(file, busybox, busyboxOf(hostArchitecture()), target),
  );
}

let scratch: string | undefined;

async function make(
  output: string,
  way: string,
  inputs: readonly string[],
  work: (target: string) => Promise<unknown>,
): Promise<void> {
  const recipe = `${way} of ${inputs.join(' ')}`;
  if (isFresh(output, recipe)) return;
  const startedAt = Date.now();
  scratch ??= scratchFolder();
  const target = `${scratch}${output.split('/').at(-1)}`;
  mkdirSync(dirname(output), { recursive: true });
  await work(target);
  renameSync(target, output);
  stamp(output, recipe, inputs, startedAt);
  progress(`appliance: made ${output.slice(ROOT.length)} (${size(statSync(output).size)})`);
}
