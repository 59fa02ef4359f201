import { existsSync } from 'node:fs';
import { demand, type Need } from '../build/demand.ts';
import type { Architecture } from '../build/target.ts';

/** What the appliance laboratory takes from the system, and the Debian package that brings it. */
const NEEDS: readonly Need[] = [
  { proof: ['mksquashfs', '-version'], package: 'squashfs-tools' },
  { proof: ['cpio', '--version'], package: 'cpio' },
  { proof: ['xz', '--version'], package: 'xz-utils' },
  { proof: ['gcc', '--version'], package: 'gcc' },
  { proof: ['gcc', '-fsyntax-only', '-include', 'stdlib.h', '-x', 'c', '/dev/null'], package: 'libc6-dev' },
  { proof: ['ip', '-V'], package: 'iproute2' },
  { proof: ['apt-get', '--version'], package: 'apt' },
];

/** What the boxes of one processor want besides. */
const OWN_NEEDS: Readonly<Record<Architecture, readonly Need[]>> = {
  x64: [{ proof: ['qemu-system-x86_64', '--version'], package: 'qemu-system-x86' }],
  arm64: [{ proof: ['qemu-system-aarch64', '--version'], package: 'qemu-system-arm' }],
};

/** Throws, with the command that mends it, unless this machine can make appliances with these processors and run them. */
export async function demandAppliances(architectures: readonly Architecture[]): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('the appliances are emulated by an x86-64: they are made and run on such a Linux only');
  if (process.getuid?.() !== 0)
    throw new Error('it lays taps and bridges: run it as root (`sudo npm run test:appliance`)');
  await demand([...NEEDS, ...architectures.flatMap((architecture) => OWN_NEEDS[architecture])]);
  if (!existsSync('/dev/net/tun'))
    throw new Error(
      'there is no /dev/net/tun: the kernel needs CONFIG_TUN (`modprobe tun`), a container the device',
    );
}
