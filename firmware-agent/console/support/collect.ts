import { join } from 'node:path';
import { errorText } from '../../../hw/error.ts';
import { formatDiagnostic } from '../../config/diagnostic.ts';
import { loadConfig } from '../../config/load.ts';
import { systemProbe } from '../../config/probe.ts';
import { type ReadEvents, readEvents } from '../../events/read-events.ts';
import { version } from '../../version.ts';
import type { Directories } from '../command-context.ts';
import { request } from '../control-client.ts';
import { eventLines } from '../event-lines.ts';
import { explanation } from '../explanation.ts';
import { statusScreen } from '../status-screen.ts';
import { configurationFiles, withoutSecrets } from './configuration.ts';
import { listing, machineFiles, tail } from './machine-files.ts';
import { Secrets } from './secrets.ts';
import type { TarEntry } from './tar.ts';

/** Bytes of each log's end. */
const mostLog = 512 * 1024;
const mostConfiguration = 64 * 1024;

/**
 * All that whoever is to help wants to see, without keys and passwords; some 2 MiB at most. Takes 5 s where an agent does not
 * answer, and does without one.
 */
export async function collect(
  directories: Directories,
  serialPorts: readonly string[],
  now: Date,
): Promise<TarEntry[]> {
  const { configDir, stateDir, runDir } = directories;
  const secrets = new Secrets();
  const read = configurationFiles.map((name) => ({
    name,
    ...tail(join(configDir, name), mostConfiguration),
  }));
  const configuration = read.map(({ name, text, isRead }) => ({
    name: `config/${name}`,
    text: isRead ? withoutSecrets(name, text, secrets) : text,
  }));
  const haCf = read.find(({ name }) => name === 'ha.cf')?.text ?? '';
  const others = [
    { name: 'about.txt', text: about(now) },
    part('check.txt', () => checked(directories, serialPorts)),
    ...(await status(runDir, secrets)),
    ...keptEvents(stateDir, secrets),
    ...logs(haCf),
    { name: 'files.txt', text: listing([configDir, join(configDir, 'resource.d'), stateDir, runDir]) },
    ...machineFiles(),
  ];
  return [...configuration, ...others].map(({ name, text }) => ({
    name,
    text: /\.jsonl?$/.test(name) ? text : secrets.scrub(text),
  }));
}

/** What cannot be had must not cost the rest. */
function part(name: string, make: () => string): TarEntry {
  try {
    return { name, text: make() };
  } catch (error) {
    return { name, text: failure(error) };
  }
}

function failure(error: unknown): string {
  return `(not to be had: ${errorText(error)})\n`;
}

function about(now: Date): string {
  return [
    `Twinbeat ${version}, node ${process.version} on ${process.platform} ${process.arch}`,
    `packed ${now.toISOString()} by uid ${process.getuid?.() ?? '?'}`,
    'Keys and passwords are removed where they could be told: look through it before you give it away.',
    '',
  ].join('\n');
}

function checked({ configDir, node }: Directories, serialPorts: readonly string[]): string {
  const { config, diagnostics } = loadConfig({ directory: configDir, node, probe: systemProbe(serialPorts) });
  const lines = diagnostics.map(formatDiagnostic);
  return `${[...lines, '', config ? explanation(config) : 'nothing would be started'].join('\n')}\n`;
}

async function status(runDir: string, secrets: Secrets): Promise<TarEntry[]> {
  const outcome = await request(runDir, { command: 'status' });
  if (outcome.kind !== 'status') {
    const text = outcome.kind === 'failed' ? outcome.text : outcome.answer.text;
    return [{ name: 'status.txt', text: `${text}\n` }];
  }
  return [
    // An agent of another version may tell less than the screen wants.
    part('status.txt', () => `${statusScreen(outcome.status)}\n`),
    { name: 'status.json', text: `${scrubbedJson(outcome.status, secrets, 2)}\n` },
  ];
}

/** Still JSON, whatever a secret looks like. */
function scrubbedJson(value: unknown, secrets: Secrets, indent?: number): string {
  return JSON.stringify(
    value,
    (_name, part: unknown) => (typeof part === 'string' ? secrets.scrub(part) : part),
    indent,
  );
}

function keptEvents(stateDir: string, secrets: Secrets): TarEntry[] {
  let kept: ReadEvents | null;
  try {
    kept = readEvents(stateDir);
  } catch (error) {
    return [{ name: 'events.txt', text: failure(error) }];
  }
  if (kept === null) return [{ name: 'events.txt', text: `no events are kept in ${stateDir}\n` }];
  const lines = kept.events.map((event) => scrubbedJson(event, secrets));
  return [
    { name: 'events.txt', text: `${eventLines(kept.events).join('\n')}\n` },
    { name: 'events.jsonl', text: `${lines.join('\n')}\n` },
  ];
}

/** Of ha.cf as it stands: one that is refused has logs, too. */
function logs(haCf: string): TarEntry[] {
  const paths = [...haCf.matchAll(/^[ \t]*(?:logfile|debugfile)[ \t,]+([^\s#,]+)/gm)].map(
    ([, path = '']) => path,
  );
  return [...new Set(paths)].slice(0, 4).map((path, index) => ({
    name: `log/${index + 1}-${path
      .replace(/^.*\//, '')
      .replace(/[^\w.-]/g, '_')
      .slice(0, 30)}`,
    text: tail(path, mostLog).text,
  }));
}
