import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { loadConfig } from '../../../config/load.ts';
import { systemProbe } from '../../../config/probe.ts';
import { tail } from '../../support/machine-files.ts';
import { timeOfDay } from '../../text.ts';
import { type Desk, Refusal, type TechnicianCommand } from '../desk.ts';
import { newestThatFit } from '../newest.ts';

/** Bytes of the log's end that are looked at. */
const mostBytes = 256 * 1024;
/** Milliseconds between two looks for new lines, and bytes that are read at one. */
const period = 500;
const mostNew = 64 * 1024;

export const log: TechnicianCommand = {
  name: 'log',
  usage: '[COUNT | follow]',
  summary: 'end of the log; follow it',
  more: ['log 100', 'log follow: new lines as they come, until Ctrl-C'],
  async run([wish], desk) {
    const { path, lines } = await source(desk);
    if (wish === 'follow') {
      if (path === null) throw new Refusal('There is no log file to follow: ha.cf names none.');
      return await follow(path, desk);
    }
    if (wish !== undefined && !/^[1-9]\d{0,5}$/.test(wish)) {
      throw new Refusal('Write: log, log 100, log follow');
    }
    const count = wish === undefined ? newestThatFit(lines, desk.size) : Number(wish);
    await desk.say(...lines.slice(-count));
    if (wish === undefined && count < lines.length) await desk.say('(more: log 100; log follow)');
  },
};

interface Source {
  /** Null: there is no log file. */
  readonly path: string | null;
  readonly lines: readonly string[];
}

/** The agent's own last lines where it has no file; what ha.cf names where no agent answers. */
async function source({ ask, directories: { configDir, node } }: Desk): Promise<Source> {
  const outcome = await ask({ command: 'status' });
  const report = outcome.kind === 'status' ? outcome.status : null;
  const path = report
    ? report.parameters.logfile
    : loadConfig({ directory: configDir, node, probe: systemProbe([]) }).log?.logfile;
  if (path !== undefined && path !== '/dev/null')
    return { path, lines: tail(path, mostBytes).text.trimEnd().split('\n') };
  if (report === null) throw new Refusal('No agent answers, and ha.cf names no log file.');
  const lines = report.events.map(({ time, level, text }) => `${timeOfDay(time)} ${level} ${text}`);
  return { path: null, lines };
}

/** Never ends by itself. A file that is shorter than before, or another one, begins anew. */
async function follow(path: string, { tell, signal }: Desk): Promise<void> {
  let seen = ending(path);
  await tell(`New lines of ${path}, until Ctrl-C:`);
  let rest = '';
  for (;;) {
    const { inode, size, text } = readFrom(path, seen);
    seen = { inode, size };
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, mostNew);
    await tell(...lines);
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
    throw new Refusal(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
