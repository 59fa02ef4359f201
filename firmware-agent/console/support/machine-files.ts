import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { errorText } from '../../../hw/error.ts';
import type { TarEntry } from './tar.ts';

/** What a file holds, or why it cannot be read. */
export interface Tail {
  readonly text: string;
  readonly isRead: boolean;
}

/** The end of a file, at most `most` bytes. Never waits for a pipe or a device. */
export function tail(path: string, most: number): Tail {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Error('it is no ordinary file');
    const from = Math.max(0, stat.size - most);
    const text = readFrom(file, from, most).toString('utf8');
    if (from === 0) return { text, isRead: true };
    return { text: `(${from} bytes before this are left out)\n${text.replace(/^.*\n/, '')}`, isRead: true };
  } catch (error) {
    const why = errorText(error);
    return { text: `(${path} cannot be read: ${why})\n`, isRead: false };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Files of /proc have no size, and come in pieces. */
function readFrom(file: number, from: number, most: number): Buffer {
  const bytes = Buffer.alloc(most);
  let filled = 0;
  while (filled < most) {
    const count = readSync(file, bytes, filled, most - filled, from + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** Of one of these. */
const most = 64 * 1024;

const systemFiles = [
  '/etc/os-release',
  '/proc/version',
  '/proc/uptime',
  '/proc/loadavg',
  '/proc/meminfo',
  '/proc/net/dev',
  '/proc/net/route',
  '/proc/net/arp',
  '/proc/net/udp',
  '/proc/tty/driver/serial',
];

/** What the machine says of itself: its interfaces and addresses, its serial ports, how busy it is. */
export function machineFiles(): TarEntry[] {
  return [
    { name: 'system/addresses.json', text: `${JSON.stringify(networkInterfaces(), null, 2)}\n` },
    { name: 'system/interfaces.txt', text: interfaces() },
    ...systemFiles.map((path) => ({
      name: `system/${path.slice(1).replaceAll('/', '-')}`,
      text: tail(path, most).text,
    })),
  ];
}

/** Up or not, with what the driver says of the cable. */
function interfaces(): string {
  const folder = '/sys/class/net';
  return `${names(folder)
    .map((name) => {
      const value = (what: string) =>
        `${what} ${tail(join(folder, name, what), 256)
          .text.trim()
          .replaceAll('\n', ' ')}`;
      return [name, ...['address', 'operstate', 'carrier', 'speed', 'mtu'].map(value)].join('  ');
    })
    .join('\n')}\n`;
}

/** Who may read what, and when it changed. */
export function listing(folders: readonly string[]): string {
  return folders
    .map((folder) =>
      [`${folder}:`, ...names(folder).map((name) => `  ${described(join(folder, name))}`), ''].join('\n'),
    )
    .join('\n');
}

function described(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return `${path} (leads nowhere)`;
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  return `${mode} ${stat.uid}:${stat.gid} ${stat.size} ${stat.mtime.toISOString()} ${path}`;
}

/** A folder that is missing has none. */
function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort().slice(0, 200);
  } catch {
    return [];
  }
}
