import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { run } from '../build/command.ts';
import { DIST, scratchFolder } from '../build/paths.ts';

/** What the executable is linked with and a Debian of the smallest kind does not have. */
const LIBRARIES = ['libatomic1'];

/** Fetching and unpacking takes a minute or two; milliseconds. */
const LIMIT = 300_000;

const ROOTS = `${DIST}roots/`;

/** The files of a small Debian as it is after its installation, of this machine's release. */
export function systemRoot(): string {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (codename === undefined) throw new Error('/etc/os-release names no release: this is no Debian');
  return `${ROOTS}${codename}`;
}

/** Other inits and what they need, as packages: unpacked by the test that wants them. */
const INITS = {
  openrc: ['openrc', 'librc1', 'libeinfo1', 'insserv'],
  sysv: ['sysvinit-core', 'sysv-rc'],
} as const;

type Init = keyof typeof INITS;

/** The packages of an init; empty where they were not fetched. */
export function initPackages(init: Init): string[] {
  const folder = initFolder(init);
  return existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : [];
}

function initFolder(init: Init): string {
  return `${systemRoot()}-${init}`;
}

function missingInits(): Init[] {
  return (['openrc', 'sysv'] as const).filter((init) => initPackages(init).length !== INITS[init].length);
}

/** Why a test cannot have a small Debian to itself; null: it can. */
export function withoutSystemRoot(): string | null {
  if (process.getuid?.() !== 0) return 'only root may lay out a system of its own';
  return existsSync(systemRoot()) && missingInits().length === 0
    ? null
    : 'there is no small Debian in dist/roots: `apt-get install debootstrap && node scripts/system-root.ts` makes it';
}

/** Make it, once; takes root and debootstrap. What that mounts is gone with its namespace, however it ends. */
export async function makeSystemRoot(): Promise<string> {
  const root = systemRoot();
  const scratch = scratchFolder();
  mkdirSync(ROOTS, { recursive: true });
  if (!existsSync(root)) {
    const fresh = `${scratch}root`;
    const what = ['--variant=minbase', `--include=${LIBRARIES.join(',')}`, root.slice(ROOTS.length), fresh];
    const own = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
    await run([...own, 'debootstrap', ...what], { limit: LIMIT });
    rmSync(`${fresh}/var/cache/apt/archives`, { recursive: true, force: true });
    renameSync(fresh, root);
  }
  for (const init of missingInits()) {
    const fresh = scratch + init;
    mkdirSync(fresh);
    const download = () => run(['apt-get', 'download', ...INITS[init]], { cwd: fresh });
    // The lists of a machine that has not asked for them for long name what is no longer there.
    await download().catch(async () => {
      await run(['apt-get', 'update']);
      await download();
    });
    rmSync(initFolder(init), { recursive: true, force: true });
    renameSync(fresh, initFolder(init));
  }
  return root;
}
