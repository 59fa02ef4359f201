import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownVersion } from '../build/bundle.ts';
import { run } from '../build/command.ts';
import { executablePath } from '../build/executable.ts';
import { newestGlibc } from '../build/glibc.ts';
import { ROOT } from '../build/paths.ts';
import { DEBIAN_NAMES, type Target } from '../build/target.ts';
import { maintainer } from './customs.ts';
import { below } from './files.ts';

const SCRIPTS = ['postinst', 'prerm', 'postrm'];

/** The Debian packages of the libraries that Node is linked with, by the library's name. */
const LIBRARIES: Readonly<Record<string, string>> = {
  'libatomic.so.1': 'libatomic1',
  'libgcc_s.so.1': 'libgcc-s1',
  'libstdc++.so.6': 'libstdc++6',
};

/** The C library's own. */
const OF_LIBC = /^(lib(c|m|dl|pthread|rt)\.so\.|ld-linux)/;

/** What dpkg is told of the package whose files are laid out below `root`. */
export async function writeControl(target: Target, root: string): Promise<void> {
  const control = join(root, 'DEBIAN');
  mkdirSync(control);
  const configuration = below(root, 'file', 'etc');
  writeFileSync(join(control, 'conffiles'), configuration.map((path) => `/${path}\n`).join(''));
  const sums = below(root, 'file', 'usr').map((path) => `${md5(join(root, path))}  ${path}\n`);
  writeFileSync(join(control, 'md5sums'), sums.join(''));
  for (const name of SCRIPTS) copyFileSync(`${ROOT}scripts/package/debian/${name}`, join(control, name));
  writeFileSync(join(control, 'control'), await controlFile(target, root));
  await run(['chmod', '-R', 'u=rwX,go=rX', control]);
}

/** With these dpkg finds files that a disk has damaged, or somebody changed. */
function md5(path: string): string {
  return createHash('md5').update(readFileSync(path)).digest('hex');
}

async function controlFile(target: Target, root: string): Promise<string> {
  const kilobytes = below(root, 'file', 'usr', 'etc')
    .map((path) => Math.ceil(statSync(join(root, path)).size / 1024))
    .reduce((sum, size) => sum + size, 0);
  return `Package: twinbeat
Version: ${ownVersion()}
Architecture: ${DEBIAN_NAMES[target.architecture]}
Maintainer: ${maintainer()}
Installed-Size: ${kilobytes}
Section: admin
Priority: optional
Depends: ${(await dependencies(target)).join(', ')}
Suggests: resource-agents, logrotate
Provides: heartbeat
Conflicts: heartbeat
Replaces: heartbeat
Description: high availability for a pair of boxes
 Two boxes tell each other over a null-modem and a crossover cable that they
 are alive; when one dies, the other takes its addresses and services. Reads
 the files of Linux-HA Heartbeat and speaks its protocol, in its place.
`;
}

/** What the executable is linked with. */
async function dependencies(target: Target): Promise<string[]> {
  const executable = executablePath(target);
  const text = await run([`${target.prefix}readelf`, '--dynamic', executable]);
  const needed = [...text.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name = '']) => name);
  const packages = needed.filter((name) => !OF_LIBC.test(name)).map(packageOf);
  return [`libc6 (>= ${await newestGlibc([executable], target)})`, ...packages.sort()];
}

function packageOf(library: string): string {
  const name = LIBRARIES[library];
  if (name === undefined) throw new Error(`the executable needs ${library}: which Debian package has it?`);
  return name;
}
