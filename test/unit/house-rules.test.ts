import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Import {
  readonly from: string;
  /** Relative to the root, or the package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** Every import and re-export of a file; an import of types alone leaves nothing at run time. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: Import[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'/gm)) {
    found.push(resolved(file, match[2] ?? '', match[1] !== undefined));
  }
  for (const match of text.matchAll(/\bimport\(\s*'([^']+)'/g))
    found.push(resolved(file, match[1] ?? '', false));
  return found;
}

function resolved(file: string, target: string, typeOnly: boolean): Import {
  const to = target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target;
  return { from: file, to, typeOnly };
}

function inFolder(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

/** What an error is called, in words: the same everywhere, and nothing of the machine. */
const errorWords = 'hw/error.ts';

/** Node's own modules, and words for what they throw. */
function isCommon(to: string): boolean {
  return to.startsWith('node:') || to === errorWords;
}

/** What each part of the house may use at run time; its own folder always. */
const mayUse: Readonly<Record<string, (to: string) => boolean>> = {
  'firmware-agent/core': () => false,
  // What is tried on a cable, and what it means; the ends of it are handed in.
  'firmware-agent/doctor': (to) => to === errorWords,
  'firmware-agent/wire': (to) => to.startsWith('node:'),
  // What is known of a lease and of a fence device by itself is asked where that is known.
  'firmware-agent/config': (to) =>
    isCommon(to) || /^firmware-agent\/(lock\/timing|fencing\/problem)\.ts$/.test(to),
  'firmware-agent/resources': isCommon,
  'firmware-agent/lock': (to) => to.startsWith('node:'),
  'firmware-agent/log': isCommon,
  // Running children with limits is the resources' craft; nothing else of theirs is used.
  'firmware-agent/alarm': (to) => isCommon(to) || /^firmware-agent\/resources\/(script|timers)\.ts$/.test(to),
  'firmware-agent/fencing': (to) => isCommon(to) || to === 'firmware-agent/resources/script.ts',
  'firmware-agent/events': (to) =>
    to.startsWith('node:') ||
    /^firmware-agent\/(log\/(line-writer|sink)|core\/holding|console\/virtual-address)\.ts$/.test(to),
  'firmware-agent/console': (to) =>
    (!inFolder(to, 'hw') || to === errorWords) && !inFolder(to, 'scripts') && !inFolder(to, 'test'),
  hw: (to) => !inFolder(to, 'firmware-agent') && !inFolder(to, 'scripts') && !inFolder(to, 'test'),
};

for (const [folder, allowed] of Object.entries(mayUse)) {
  t.test(`${folder} imports only what it may`, async (t) => {
    const files = sources(folder);
    t.ok(files.length > 0, 'the folder has sources');
    const wrong = files
      .flatMap(importsOf)
      .filter((i) => !i.typeOnly && !inFolder(i.to, folder) && !allowed(i.to))
      .map((i) => `${i.from} imports ${i.to}`);
    t.same(wrong, []);
  });
}

t.test('hw knows no policy, not even its types', async (t) => {
  const wrong = sources('hw')
    .flatMap(importsOf)
    .filter((i) => inFolder(i.to, 'firmware-agent'));
  t.same(wrong, []);
});

/** Functions of what was and what happens: the core, and what a disk lock decides. */
const pure = [
  ...sources('firmware-agent/core'),
  ...['fitness', 'lock', 'state', 'take', 'timing', 'turn'].map((name) => `firmware-agent/lock/${name}.ts`),
];

t.test('what decides has no clock, no timer, no chance and no surroundings', async (t) => {
  const impure =
    /\b(Date|setTimeout|setInterval|setImmediate|queueMicrotask|performance|process|crypto|console|require|globalThis|fetch)\b\s*[.(]|Math\.random|new Date|\basync\b|\bawait\b/;
  const wrong = pure.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .map((line, index) => ({ place: `${file}:${index + 1}`, line: line.replace(/\/\/.*|^\s*\/?\*.*/, '') }))
      .filter(({ line }) => impure.test(line))
      .map(({ place, line }) => `${place}: ${line.trim()}`),
  );
  t.same(wrong, []);
});
