import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { run } from '../build/command.ts';
import { executablePath } from '../build/executable.ts';
import { DIST, ROOT, shown } from '../build/paths.ts';
import type { Target } from '../build/target.ts';

/** What a package is made of besides the executable; all of it is made by `npm run manual`. */
const MANUALS = ['man', 'completion', 'logrotate', 'logcheck'];

/** Lay out a Debian system's files as scripts/install does: there is one list of what goes where. */
export async function stage(target: Target, folder: string): Promise<void> {
  const executable = builtFor(target);
  await run([
    `${ROOT}scripts/install`,
    ...['--destdir', folder, '--executable', executable, '--init', 'systemd,sysv'],
  ]);
  // dpkg keeps this list itself.
  rmSync(`${folder}/usr/lib/twinbeat/installed`);
}

/** Lay out what a box needs to be installed on by scripts/install. */
export async function layOut(target: Target, folder: string): Promise<void> {
  const executable = builtFor(target);
  mkdirSync(`${folder}/dist`, { recursive: true });
  mkdirSync(`${folder}/scripts`);
  for (const name of MANUALS) await run(['cp', '-r', `${DIST}${name}`, `${folder}/dist/`]);
  for (const path of [executable, `${executable}.sha256`, `${executable}.licenses.txt`])
    await run(['cp', path, `${folder}/dist/`]);
  await run(['cp', '-r', `${ROOT}scripts/install`, `${ROOT}scripts/init`, `${folder}/scripts/`]);
  copyFileSync(`${ROOT}LICENSE`, `${folder}/LICENSE`);
}

function builtFor(target: Target): string {
  const executable = executablePath(target);
  for (const path of [executable, ...MANUALS.map((name) => DIST + name)])
    if (!existsSync(path)) throw new Error(`there is no ${shown(path)}: \`npm run package\` makes it`);
  return executable;
}
