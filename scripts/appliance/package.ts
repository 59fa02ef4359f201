import { mkdirSync, readdirSync } from 'node:fs';
import { run } from '../build/command.ts';
import { scratchFolder } from '../build/paths.ts';
import { progress } from '../build/progress.ts';

/** Fetch a package of the system's and unpack it, without installing it; the folder with what it holds. */
export async function fetchPackage(name: string): Promise<string> {
  const folder = `${scratchFolder()}${name}/`;
  mkdirSync(folder, { recursive: true });
  progress(`appliance: fetching ${name}`);
  await run(['apt-get', '-o', 'APT::Sandbox::User=root', 'download', name], { cwd: folder });
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get download ${name} left no package`);
  await run(['dpkg', '-x', folder + file, `${folder}root`]);
  return `${folder}root`;
}
