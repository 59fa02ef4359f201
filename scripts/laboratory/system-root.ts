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

/** Another init and what it needs, as packages: unpacked by the test that wants it. */
const OPENRC = ['openrc', 'librc1', 'libeinfo1', 'insserv'];

/** The packages of OpenRC; empty where they were not fetched. */
export function openrcPackages(): string[] {
  const folder = openrcFolder();
  return existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : [];
}

function openrcFolder(): string {
  return `${systemRoot()}-openrc`;
}

/** Why a test cannot have a small Debian to itself; null: it can. */
export function withoutSystemRoot(): string | null {
  if (process.getuid?.() !== 0) return 'only root may lay out a system of its own';
  return existsSync(systemRoot()) && openrcPackages().length === OPENRC.length
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
  if (!existsSync(openrcFolder())) {
    const fresh = `${scratch}openrc`;
    mkdirSync(fresh);
    const download = () => run(['apt-get', 'download', ...OPENRC], { cwd: fresh });
    // The lists of a machine that has not asked for them for long name what is no longer there.
    await download().catch(async () => {
      await run(['apt-get', 'update']);
      await download();
    });
    renameSync(fresh, openrcFolder());
  }
  return root;
}
