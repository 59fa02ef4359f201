import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { packageFolder, ROOT } from './paths.ts';
import type { Runtime } from './runtime.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

interface Entry {
  /** With the version. */
  readonly name: string;
  /** As its package states it. */
  readonly license: string;
  readonly text: string;
}

/** A package folder in a path below node_modules; null for our own files. */
function packageOf(path: string): string | null {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+\/)/.exec(path)?.[1] ?? null;
}

/** The licence's own words, or what stands in for them where a package carries none. */
function licenseText(folder: string): string {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const file = files.find((name) => /^(licen[cs]e|copying)/i.test(name));
  if (file !== undefined) return readFileSync(folder + file, 'utf8').trim();
  const readme = files.find((name) => /^readme/i.test(name));
  const text = readme === undefined ? '' : readFileSync(folder + readme, 'utf8');
  const paragraph = /^#+ *licen[cs]e\b.*\n+([\s\S]*?)(?=^#|$(?![\s\S]))/im.exec(text)?.[1]?.trim();
  return paragraph ?? 'The package carries no text of its licence.';
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as Manifest;
}

function section({ name, license, text }: Entry): string {
  return `${'='.repeat(100)}\n${name}: ${license}\n${'='.repeat(100)}\n\n${text}\n`;
}

export interface Licenses {
  /** A line for each part. */
  readonly summary: readonly string[];
  /** The summary, then each licence in its own words. */
  readonly text: string;
}

/**
 * The licences of all that is inside an executable.
 *
 * @param inputs absolute paths of the bundled files
 */
export function licenses(inputs: readonly string[], runtime: Runtime): Licenses {
  const folders = new Set(inputs.map(packageOf).filter((folder) => folder !== null));
  // Compiled into raw-socket's addon, so that no bundled file shows it.
  folders.add(packageFolder('nan'));
  // One version of a package may be installed in several places.
  const packages = new Map<string, Entry>();
  for (const folder of [ROOT, ...[...folders].sort()]) {
    const { name, version, license = 'not stated' } = manifestOf(folder);
    packages.set(`${name} ${version}`, { name: `${name} ${version}`, license, text: licenseText(folder) });
  }
  const node: Entry = {
    name: `Node.js ${runtime.version}`,
    license: 'MIT, and those of the libraries within it',
    text: readFileSync(runtime.license, 'utf8').trim(),
  };
  const all = [...packages.values(), node];
  const summary = all.map(({ name, license }) => `${name}: ${license}`);
  const lines = summary.map((line) => `  ${line}`).join('\n');
  const texts = all.map(section).join('\n');
  return { summary, text: `Inside this executable:\n\n${lines}\n\n${texts}` };
}
