import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownVersion } from '../build/bundle.ts';
import { run } from '../build/command.ts';
import { executablePath } from '../build/executable.ts';
import { newestGlibc } from '../build/glibc.ts';
import { ROOT } from '../build/paths.ts';
import { DEBIAN_NAMES, type Target } from '../build/target.ts';
import { stage } from './stage.ts';

const SCRIPTS = ['postinst', 'prerm', 'postrm'];

/** The Debian packages of the libraries that Node is linked with, by the library's name. */
const LIBRARIES: Readonly<Record<string, string>> = {
  'libatomic.so.1': 'libatomic1',
  'libgcc_s.so.1': 'libgcc-s1',
  'libstdc++.so.6': 'libstdc++6',
};

/** The C library's own. */
const OF_LIBC = /^(lib(c|m|dl|pthread|rt)\.so\.|ld-linux)/;

export interface DebOptions {
  readonly target: Target;
  /** The package is written into this folder. */
  readonly into: string;
  /** A folder for half-made files. */
  readonly scratch: string;
  /** Seconds since 1970: no file in the package is newer, so that the same sources give the same package. */
  readonly epoch: number;
  /** Quickly made and larger, for tests. */
  readonly quick: boolean;
}

/** Make the Debian package and give its path. */
export async function makeDeb({ target, into, scratch, epoch, quick }: DebOptions): Promise<string> {
  const root = join(scratch, `deb-${target.architecture}`);
  mkdirSync(root, { recursive: true });
  await stage(target, root);
  const doc = join(root, 'usr/share/doc/twinbeat');
  mkdirSync(doc, { recursive: true });
  const own = readFileSync(`${ROOT}LICENSE`, 'utf8');
  const inside = readFileSync(`${executablePath(target)}.licenses.txt`, 'utf8');
  writeFileSync(join(doc, 'copyright'), `${own}\n${inside}`);

  const control = join(root, 'DEBIAN');
  mkdirSync(control);
  writeFileSync(
    join(control, 'conffiles'),
    filesBelow(root, 'etc')
      .map((path) => `/${path}\n`)
      .join(''),
  );
  for (const name of SCRIPTS) copyFileSync(`${ROOT}scripts/package/debian/${name}`, join(control, name));
  writeFileSync(join(control, 'control'), await controlFile(target, root));

  await run(['chmod', '-R', 'u=rwX,go=rX', control, doc]);
  const name = `twinbeat_${ownVersion()}_${DEBIAN_NAMES[target.architecture]}.deb`;
  const output = join(into, name);
  const how = quick ? ['-Zgzip', '-z1'] : ['-Zxz', '-z2'];
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch) };
  await run(['dpkg-deb', '--root-owner-group', ...how, '--build', root, output], { env });
  return output;
}

async function controlFile(target: Target, root: string): Promise<string> {
  const kilobytes = filesBelow(root, 'usr', 'etc')
    .map((path) => Math.ceil(statSync(join(root, path)).size / 1024))
    .reduce((sum, size) => sum + size, 0);
  return `Package: twinbeat
Version: ${ownVersion()}
Architecture: ${DEBIAN_NAMES[target.architecture]}
Maintainer: Twinbeat <root@localhost>
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

/** Paths of regular files and links below these folders, in one order everywhere. */
function filesBelow(root: string, ...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
    )
    .sort();
}
