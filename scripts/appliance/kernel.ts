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
import { basename, join } from 'node:path';
import { run } from '../build/command.ts';
import { DIST, scratchFolder } from '../build/paths.ts';
import { fetchPackage } from './package.ts';

/** The distribution's package that depends on its newest kernel; the one for clouds lacks the watchdog card. */
const META = 'linux-image-amd64';
export const KERNEL = `${DIST}appliance/kernel/`;

/** In the order in which they can be loaded, each with what it needs before it. */
export const MODULES = [
  ...['virtio_ring', 'virtio', 'virtio_pci_modern_dev', 'virtio_pci_legacy_dev', 'virtio_pci'],
  ...['virtio_blk', 'virtio_console', 'squashfs'],
  ...['failover', 'net_failover', 'virtio_net', 'watchdog', 'i6300esb'],
];

const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]);

/** A kernel and its modules, fetched and unpacked once: a tenth of a gigabyte to download. */
export async function prepareKernel(): Promise<void> {
  if (existsSync(KERNEL)) return;
  const made = `${scratchFolder()}kernel/`;
  mkdirSync(made, { recursive: true });
  const root = await fetchPackage(await newestKernel());
  for (const module of MODULES) await takeModule(root, module, made);
  await takeKernel(`${root}/boot`, made);
  mkdirSync(`${DIST}appliance`, { recursive: true });
  renameSync(made, KERNEL);
  rmSync(root, { recursive: true, force: true });
}

async function newestKernel(): Promise<string> {
  const text = await run(['apt-cache', 'depends', META]);
  const name = /Depends: (linux-image-\S+)/.exec(text)?.[1];
  if (name === undefined)
    throw new Error(
      `apt knows no kernel by ${META}: run apt-get update; on another system than Debian there is none`,
    );
  return name;
}

async function takeModule(root: string, module: string, target: string): Promise<void> {
  const found = (await run(['find', root, '-name', `${module}.ko*`])).split('\n')[0] ?? '';
  if (found === '') throw new Error(`the kernel package has no module ${module}`);
  cpSync(found, join(target, basename(found)));
  if (found.endsWith('.xz')) await run(['xz', '-d', join(target, basename(found))]);
}

/** The bare kernel out of its boot image starts twice as fast: nothing is unpacked in the emulated machine. */
async function takeKernel(boot: string, target: string): Promise<void> {
  const name = readdirSync(boot).find((entry) => entry.startsWith('vmlinuz'));
  if (name === undefined) throw new Error('the kernel package has no vmlinuz');
  const image = readFileSync(join(boot, name));
  const start = image.indexOf(XZ);
  if (start < 0) {
    cpSync(join(boot, name), `${target}vmlinux`);
    return;
  }
  writeFileSync(`${target}payload`, image.subarray(start));
  await run(['sh', '-c', 'xz -dc --single-stream "$0/payload" >"$0/vmlinux"', target]);
  rmSync(`${target}payload`);
}
