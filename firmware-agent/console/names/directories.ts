import type { Directories } from '../command-context.ts';

/** Where Heartbeat's own commands look. */
const usual = { configDir: '/etc/ha.d', stateDir: '/var/lib/heartbeat', runDir: '/run/heartbeat' };

const names: Readonly<Record<string, keyof Directories>> = {
  '--config-dir': 'configDir',
  '--state-dir': 'stateDir',
  '--run-dir': 'runDir',
  '--node': 'node',
};

/** Of the help of each name: what Heartbeat does not have. */
export const directoriesHelp = [
  'Everywhere, as with twinbeat:',
  `  --config-dir DIR  where ha.cf, authkeys and haresources are (${usual.configDir})`,
  `  --state-dir DIR   what the agent remembers across restarts (${usual.stateDir})`,
  `  --run-dir DIR     where the control socket of the running agent is (${usual.runDir})`,
  '  --node NAME       this node (the nodeinfo file, else `uname -n`)',
];

/** The directories, and the words without those that name them: `--run-dir DIR` or `--run-dir=DIR`. */
export function takeDirectories(given: readonly string[]): {
  readonly directories: Directories;
  readonly words: readonly string[];
} {
  const found: { -readonly [K in keyof Directories]: Directories[K] } = { ...usual };
  const words: string[] = [];
  const rest = [...given];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [name = '', ...value] = word.split('=');
    const key = Object.hasOwn(names, name) ? names[name] : undefined;
    if (key === undefined) words.push(word);
    else found[key] = value.length > 0 ? value.join('=') : (rest.shift() ?? '');
  }
  return { directories: found, words };
}

/** The same words for `twinbeat`. */
export function directoryWords({ configDir, stateDir, runDir, node }: Directories): string[] {
  const words = ['--config-dir', configDir, '--state-dir', stateDir, '--run-dir', runDir];
  return node === undefined ? words : [...words, '--node', node];
}
