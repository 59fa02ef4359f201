import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run } from '../build/command.ts';
import { type Architecture, DEBIAN_NAMES } from '../build/target.ts';
import type { PackageSource } from './package.ts';

/** In the order in which they can be loaded, each with what it needs before it. */
export const MODULES = [
  ...['virtio_ring', 'virtio', 'virtio_pci_modern_dev', 'virtio_pci_legacy_dev', 'virtio_pci'],
  ...['virtio_blk', 'virtio_console', 'squashfs'],
  ...['failover', 'net_failover', 'virtio_net', 'watchdog', 'i6300esb'],
];

const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]);

/** A kernel and its modules in a folder, fetched and unpacked once: a tenth of a gigabyte to download. */
export async function prepareKernel(
  architecture: Architecture,
  folder: string,
  source: () => Promise<PackageSource>,
): Promise<void> {
  if (existsSync(folder)) return;
  const packages = await source();
  const made = `${packages.scratch}kernel/`;
  mkdirSync(made, { recursive: true });
  // The distribution's package that depends on its newest kernel; the one for clouds lacks the watchdog card.
  const meta = `linux-image-${DEBIAN_NAMES[architecture]}`;
  const root = await packages.fetch(await packages.dependency(meta, /^linux-image-/));
  for (const module of MODULES) await takeModule(root, module, made);
  await takeKernel(`${root}/boot`, made, architecture);
  mkdirSync(dirname(folder), { recursive: true });
  renameSync(made, folder);
  rmSync(root, { recursive: true, force: true });
}

/** The modules of a prepared kernel, in the order in which they are loaded; what it has built in is none. */
export function modulesOf(folder: string): string[] {
  return MODULES.filter((module) => existsSync(join(folder, `${module}.ko`)));
}

async function takeModule(root: string, module: string, target: string): Promise<void> {
  const found = (await run(['find', root, '-name', `${module}.ko*`])).split('\n')[0] ?? '';
  if (found === '' && (await isBuiltIn(root, module))) return;
  if (found === '') throw new Error(`the kernel package has no module ${module}`);
  cpSync(found, join(target, basename(found)));
  if (found.endsWith('.xz')) await run(['xz', '-d', join(target, basename(found))]);
}

async function isBuiltIn(root: string, module: string): Promise<boolean> {
  const lists = (await run(['find', root, '-name', 'modules.builtin'])).trim().split('\n');
  return lists.some((list) => readFileSync(list, 'utf8').includes(`/${module}.ko\n`));
}

/** The bare kernel out of its boot image starts twice as fast: nothing is unpacked in the emulated machine. */
async function takeKernel(boot: string, target: string, architecture: Architecture): Promise<void> {
  const name = readdirSync(boot).find((entry) => entry.startsWith('vmlinuz'));
  if (name === undefined) throw new Error('the kernel package has no vmlinuz');
  const image = readFileSync(join(boot, name));
  // An arm64 kernel is bare as it comes.
  const start = architecture === 'x64' ? image.indexOf(XZ) : -1;
  if (start < 0) {
    cpSync(join(boot, name), `${target}vmlinux`);
    return;
  }
  writeFileSync(`${target}payload`, image.subarray(start));
  await run(['sh', '-c', 'xz -dc --single-stream "$0/payload" >"$0/vmlinux"', target]);
  rmSync(`${target}payload`);
}
