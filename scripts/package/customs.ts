import { mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ownVersion } from '../build/bundle.ts';
import { run } from '../build/command.ts';
import { executablePath } from '../build/executable.ts';
import { ROOT } from '../build/paths.ts';
import type { Target } from '../build/target.ts';
import { below } from './files.ts';

/** Columns of a line in a changelog, as Debian's tools want them. */
const WIDTH = 78;

/** Whom a packager names in package.json. */
export function maintainer(): string {
  return (JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { author: string }).author;
}

/**
 * What Debian wants of a package's files besides what scripts/install lays out.
 *
 * @param epoch seconds since 1970: when the package's version was made
 */
export async function followCustoms(target: Target, root: string, epoch: number): Promise<void> {
  relativeLinks(root);
  const doc = join(root, 'usr/share/doc/twinbeat');
  mkdirSync(doc, { recursive: true });
  const own = readFileSync(`${ROOT}LICENSE`, 'utf8');
  const inside = readFileSync(`${executablePath(target)}.licenses.txt`, 'utf8');
  writeFileSync(join(doc, 'copyright'), `${own}\n${inside}`);
  writeFileSync(join(doc, 'changelog'), changelog(epoch));
  const packed = [
    join(doc, 'changelog'),
    ...below(root, 'file', 'usr/share/man').map((path) => join(root, path)),
  ];
  await run(['gzip', '-9', '-n', ...packed]);
  await run(['chmod', '-R', 'u=rwX,go=rX', doc]);
}

/** So that they also lead to the right file where a system's root is mounted below another one's. */
function relativeLinks(root: string): void {
  for (const path of below(root, 'link', 'usr')) {
    const goal = readlinkSync(join(root, path));
    if (!goal.startsWith('/')) continue;
    rmSync(join(root, path));
    symlinkSync(relative(dirname(`/${path}`), goal), join(root, path));
  }
}

/** What CHANGELOG.md says of this version, in Debian's form. */
function changelog(epoch: number): string {
  const version = ownVersion();
  const sections = readFileSync(`${ROOT}CHANGELOG.md`, 'utf8').split(/^## /m);
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version);
  if (section === undefined) throw new Error(`CHANGELOG.md has nothing of version ${version}`);
  const points = section.split('\n').filter((line) => line.startsWith('- '));
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000');
  return [
    `twinbeat (${version}) unstable; urgency=medium\n`,
    ...points.map((point) => wrapped(point.slice(2))),
    `\n -- ${maintainer()}  ${date}\n`,
  ].join('\n');
}

function wrapped(text: string): string {
  const lines = ['  *'];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(`    ${word}`);
  }
  return lines.join('\n');
}
