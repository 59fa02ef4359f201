import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';

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
  /** The machine's own IPv4 addresses, those of the loopback left out. */
  addresses(): readonly string[];
  exists(path: string): boolean;
  isDirectory(path: string): boolean;
  isCharacterDevice(path: string): boolean;
  /** True for a regular file that this process may run. */
  isExecutable(path: string): boolean;
  /** With every symbolic link followed; the path as it is where there is nothing. */
  realPath(path: string): string;
  /** The paths of the serial ports that were found. */
  serialPorts(): readonly string[];
}

/** Bytes. A configuration file has a few hundred and /etc/hosts rarely a million; what is larger is something else. */
const LARGEST_FILE = 16 * 1024 * 1024;

/**
 * The machine that this process runs on.
 * @param serialPorts the ports found; finding them takes time and hardware, which is the caller's business
 */
export function systemProbe(serialPorts: readonly string[]): Probe {
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
    addresses: () =>
      Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => address),
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
    serialPorts: () => serialPorts,
  };
}
