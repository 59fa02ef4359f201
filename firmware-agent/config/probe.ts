import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Session, sessionOn } from './session.ts';
import { parseIPv6 } from './values.ts';

/** What a configuration is checked against: the facts of a machine, given from outside so that tests can make theirs up. */
export interface Probe {
  /** @throws as fs.readFileSync does: ENOENT where there is no such file */
  readText(path: string): string;
  /** The permission bits, as in 0o600. @throws where there is no such file */
  mode(path: string): number;
  /** `uname -n`. */
  hostname(): string;
  /** The names of the network interfaces, up or not. */
  interfaces(): readonly string[];
  /** Those that have an IPv4 address, and none with a broadcast address; empty where nobody asked the kernel. */
  broadcastless(): readonly string[];
  /** The machine's own IPv4 addresses, those of the loopback left out. */
  addresses(): readonly string[];
  /** Its own IPv6 addresses, those of the loopback left out, each as RFC 5952 writes it and with its interface. */
  addresses6(): readonly OwnAddress6[];
  exists(path: string): boolean;
  isDirectory(path: string): boolean;
  isCharacterDevice(path: string): boolean;
  /** True for a regular file that this process may run. */
  isExecutable(path: string): boolean;
  /** With every symbolic link followed; the path as it is where there is nothing. */
  realPath(path: string): string;
  /** Who has this terminal as its own; undefined: nobody, or it is none. */
  sessionOn(path: string): Session | undefined;
  /** The paths of the serial ports that were found. */
  serialPorts(): readonly string[];
}

export interface OwnAddress6 {
  readonly address: string;
  readonly device: string;
}

/** Bytes. A configuration file has a few hundred and /etc/hosts rarely a million; what is larger is something else. */
const LARGEST_FILE = 16 * 1024 * 1024;

/**
 * The machine that this process runs on.
 * @param serialPorts the ports found; finding them takes time and hardware, which is the caller's business
 * @param broadcastless see {@link Probe}; only the hardware's side knows
 */
export function systemProbe(serialPorts: readonly string[], broadcastless: readonly string[] = []): Probe {
  return {
    readText(path) {
      const { size } = statSync(path);
      if (size > LARGEST_FILE)
        throw new Error(`it has ${size} bytes, more than a configuration file ever has`);
      return readFileSync(path, 'utf8');
    },
    mode: (path) => statSync(path).mode & 0o7777,
    hostname,
    // Not os.networkInterfaces(), which knows only those that are up and have an address.
    interfaces: () =>
      readFileSync('/proc/net/dev', 'utf8')
        .split('\n')
        .flatMap((line) => /^\s*(\S+?):/.exec(line)?.[1] ?? []),
    broadcastless: () => broadcastless,
    addresses,
    addresses6,
    exists: existsSync,
    isDirectory: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
    isCharacterDevice: (path) => statSync(path, { throwIfNoEntry: false })?.isCharacterDevice() ?? false,
    isExecutable(path) {
      if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    },
    realPath: (path) => (existsSync(path) ? realpathSync(path) : path),
    sessionOn,
    serialPorts: () => serialPorts,
  };
}

/** Not os.networkInterfaces(), which leaves out interfaces without a carrier, as a crossover's while the peer is off. */
/** By the kernel's own routes, which are there without a signal on the cable, too: the peer's box may be off. */
function addresses(): string[] {
  const table = '/proc/net/fib_trie';
  if (!existsSync(table)) return [];
  const own = readFileSync(table, 'utf8').matchAll(/\|-- ([\d.]+)\n *\/32 host LOCAL/g);
  return [...new Set([...own].flatMap(([, address = '']) => (address.startsWith('127.') ? [] : address)))];
}

function addresses6(): OwnAddress6[] {
  const table = '/proc/net/if_inet6';
  if (!existsSync(table)) return [];
  return readFileSync(table, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [digits = '', , , , , device = ''] = line.trim().split(/\s+/);
      const address = parseIPv6(digits.match(/.{4}/g)?.join(':') ?? '');
      return typeof address === 'string' && device !== 'lo' ? [{ address, device }] : [];
    });
}
