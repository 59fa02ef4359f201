import type { Config, Verdict } from '../../../firmware-agent/config/config.ts';
import { formatDiagnostic } from '../../../firmware-agent/config/diagnostic.ts';
import { loadConfig } from '../../../firmware-agent/config/load.ts';
import type { OwnAddress6, Probe } from '../../../firmware-agent/config/probe.ts';
import type { Session } from '../../../firmware-agent/config/session.ts';

/** A machine that exists only in a test; what is left out is not there. */
export interface Machine {
  /** Text by full path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly modes?: Readonly<Record<string, number>>;
  readonly hostname?: string;
  readonly interfaces?: readonly string[];
  readonly broadcastless?: readonly string[];
  readonly addresses?: readonly string[];
  readonly addresses6?: readonly OwnAddress6[];
  readonly devices?: readonly string[];
  /** Disks and what else is neither a character device nor a file with text. */
  readonly disks?: readonly string[];
  readonly directories?: readonly string[];
  /** Where symbolic links lead. */
  readonly links?: Readonly<Record<string, string>>;
  readonly scripts?: readonly string[];
  /** Who has which terminal. */
  readonly sessions?: Readonly<Record<string, Session>>;
  readonly serialPorts?: readonly string[];
}

export function fakeProbe(machine: Machine): Probe {
  const { files = {}, devices = [], disks = [], directories = [], scripts = [] } = machine;
  const there = [...Object.keys(files), ...devices, ...disks, ...directories, ...scripts];
  return {
    readText(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
      return text;
    },
    mode: (path) => machine.modes?.[path] ?? 0o600,
    hostname: () => machine.hostname ?? 'nodea',
    interfaces: () => machine.interfaces ?? [],
    broadcastless: () => machine.broadcastless ?? [],
    addresses: () => machine.addresses ?? [],
    addresses6: () => machine.addresses6 ?? [],
    exists: (path) => there.includes(path),
    isDirectory: (path) => directories.includes(path),
    isCharacterDevice: (path) => devices.includes(path),
    isExecutable: (path) => scripts.includes(path),
    realPath: (path) => machine.links?.[path] ?? path,
    sessionOn: (path) => machine.sessions?.[path],
    serialPorts: () => machine.serialPorts ?? [],
  };
}

/** The files; those that a test does not care about are right, or not there where they need not be. */
export interface Files {
  readonly cf?: string;
  readonly authkeys?: string;
  readonly haresources?: string;
  readonly nodeinfo?: string;
  readonly twinbeat?: string;
}

export const GOOD_CF = 'node nodea nodeb\nauto_failback on\nbcast eth1\n';
export const GOOD_KEYS = 'auth 1\n1 sha1 secret\n';
export const GOOD_RESOURCES = 'nodea 10.0.0.1/24/eth0\n';

/** A machine on which the good files have nothing that needs saying. */
export const MACHINE: Machine = {
  hostname: 'nodea',
  interfaces: ['lo', 'eth0', 'eth1'],
  addresses: ['10.0.0.2'],
  addresses6: [
    { address: 'fd00::2', device: 'eth0' },
    { address: 'fe80::2', device: 'eth0' },
  ],
  devices: ['/dev/ttyS0', '/dev/ttyS1', '/dev/watchdog', '/dev/console', '/dev/tty1'],
  disks: ['/dev/disk/by-id/shared', '/dev/sdb'],
  directories: ['/mnt', '/tmp', '/var/log'],
  scripts: ['/usr/sbin/ring', '/usr/sbin/stonith', '/usr/sbin/fence_ipmilan'],
  serialPorts: ['/dev/ttyS0', '/dev/ttyS1'],
  files: {
    '/etc/hosts': '127.0.0.1 localhost\n::1 ip6\n10.0.0.3  nodeb.example nodeb # peer\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nhacluster:x:104:105::/var/lib/heartbeat:/bin/false\n',
    '/etc/ha.d/baytech': '10.0.0.3 login',
  },
};

export function load(files: Files, machine: Machine = {}, node?: string): Verdict {
  const all = { ...MACHINE, ...machine };
  const texts: Record<string, string> = {
    ...all.files,
    '/etc/ha.d/ha.cf': files.cf ?? GOOD_CF,
    '/etc/ha.d/authkeys': files.authkeys ?? GOOD_KEYS,
    '/etc/ha.d/haresources': files.haresources ?? GOOD_RESOURCES,
    ...(files.nodeinfo !== undefined && { '/etc/ha.d/nodeinfo': files.nodeinfo }),
    ...(files.twinbeat !== undefined && { '/etc/ha.d/twinbeat.cf': files.twinbeat }),
  };
  return loadConfig({ directory: '/etc/ha.d', node, probe: fakeProbe({ ...all, files: texts }) });
}

/** What is said, one line each. */
export function said(verdict: Verdict): string[] {
  return verdict.diagnostics.map(formatDiagnostic);
}

/** The configuration, where there must be one. */
export function valid(verdict: Verdict): Config {
  if (!verdict.config) throw new Error(`not valid:\n${said(verdict).join('\n')}`);
  return verdict.config;
}
