import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { errorText } from '../../../../hw/error.ts';
import { loadConfig } from '../../../config/load.ts';
import { systemProbe } from '../../../config/probe.ts';
import { tail } from '../../support/machine-files.ts';
import { type DatedLine, underDays } from '../../text.ts';
import { type Desk, Refusal, type TechnicianCommand } from '../desk.ts';
import { rawEvent, rawLine, shortEvent, shortLine } from '../log-line.ts';
import { newestThatFit } from '../newest.ts';

/** Bytes of the log's end that are looked at. */
const mostBytes = 256 * 1024;
/** Milliseconds between two looks for new lines, and bytes that are read at one. */
const period = 500;
const mostNew = 64 * 1024;

export const log: TechnicianCommand = {
  name: 'log',
  usage: '[raw] [COUNT | follow]',
  summary: 'newest lines (follow: live)',
  more: [
    'log 100',
    'log follow: new lines as they come, until Ctrl-C',
    'log raw, log raw 100, log raw follow: the whole lines, as they are in the file',
  ],
  async run(words, desk) {
    const isRaw = words[0] === 'raw';
    const [wish, ...rest] = isRaw ? words.slice(1) : words;
    const isUnderstood = wish === undefined || wish === 'follow' || /^[1-9]\d{0,5}$/.test(wish);
    if (!isUnderstood || rest.length > 0) throw new Refusal('Write: log, log 100, log follow, log raw');
    const { path, lines } = await source(desk, isRaw);
    if (wish === 'follow') {
      if (path === null) throw new Refusal('There is no log file to follow: ha.cf names none.');
      return await follow(path, desk, isRaw ? rawLine : shortLine);
    }
    const count = wish === undefined ? newestThatFit(lines, desk.size) : Number(wish);
    await desk.say(...underDays(lines.slice(-count)));
    const name = isRaw ? 'log raw' : 'log';
    if (wish === undefined && count < lines.length) await desk.say(`(more: ${name} 100; ${name} follow)`);
  },
};

interface Source {
  /** Null: there is no log file. */
  readonly path: string | null;
  readonly lines: readonly DatedLine[];
}

/** The agent's own last lines where it has no file; what ha.cf names where no agent answers. */
async function source({ ask, directories: { configDir, node } }: Desk, isRaw: boolean): Promise<Source> {
  const outcome = await ask({ command: 'status' });
  const report = outcome.kind === 'status' ? outcome.status : null;
  const path = report
    ? report.parameters.logfile
    : loadConfig({ directory: configDir, node, probe: systemProbe([]) }).log?.logfile;
  if (path !== undefined && path !== '/dev/null') {
    const lines = tail(path, mostBytes).text.trimEnd().split('\n');
    return { path, lines: lines.map(isRaw ? rawLine : shortLine) };
  }
  if (report === null) throw new Refusal('No agent answers, and ha.cf names no log file.');
  return { path: null, lines: report.events.map(isRaw ? rawEvent : shortEvent) };
}

/** Never ends by itself. A file that is shorter than before, or another one, begins anew. */
async function follow(
  path: string,
  { tell, signal }: Desk,
  dated: (line: string) => DatedLine,
): Promise<void> {
  let seen = ending(path);
  await tell(`New lines of ${path}, until Ctrl-C:`);
  let rest = '';
  let above = '';
  for (;;) {
    const { inode, size, text } = readFrom(path, seen);
    seen = { inode, size };
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, mostNew);
    const shown = lines.map(dated);
    await tell(...underDays(shown, above));
    above = shown.findLast(({ day }) => day !== '')?.day ?? above;
    if (lines.length === 0 || text === '') await pause(period, undefined, { signal });
  }
}

interface Place {
  readonly inode: number;
  /** Bytes that were read, or passed over. */
  readonly size: number;
}

function ending(path: string): Place {
  return withFile(path, (file) => {
    const { ino, size } = fstatSync(file);
    return { inode: ino, size };
  });
}

function readFrom(path: string, before: Place): Place & { readonly text: string } {
  return withFile(path, (file) => {
    const { ino, size } = fstatSync(file);
    const from = ino === before.inode && size >= before.size ? before.size : 0;
    const bytes = Buffer.alloc(Math.min(size - from, mostNew));
    const count = readSync(file, bytes, 0, bytes.length, from);
    return { inode: ino, size: from + count, text: bytes.toString('utf8', 0, count) };
  });
}

function withFile<T>(path: string, use: (file: number) => T): T {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw new Refusal(`${path} cannot be read: ${errorText(error)}`);
  }
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
