import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type { ResourceConfig } from '../../../firmware-agent/config/config.ts';
import {
  type JobResult,
  ResourceManager,
  type ResourceManagerOptions,
} from '../../../firmware-agent/resources/groups.ts';
import { openArp } from '../../../hw/arp.ts';
import { watchDevice } from '../../../hw/interface-watch.ts';
import { addAddress, listAddresses, removeAddress } from '../../../hw/netlink.ts';
import { noIPv6 } from '../../unit/support/no-ipv6.ts';

/** Set in the child that has a network and mounts of its own. */
const mark = 'TWINBEAT_OWN_BOX';

/** A cable whose ends are both here: x0, this box's, and x1, that of whoever listens. */
const cable = [
  'ip link set lo up',
  'ip link add x0 type veth peer name x1',
  'ip link set x0 up',
  'ip link set x1 up',
];

/**
 * Run a file's tests in a child of this process with a network and mounts of its own, which end with it. `file`: its
 * `import.meta.url`; `setup`: shell commands before the tests, once the cable lies; `lacking`: why they cannot run, or null.
 */
export function onOwnBox(
  file: string,
  setup: readonly string[],
  tests: () => void,
  lacking: string | null = null,
): void {
  if (process.env[mark] !== undefined) {
    for (const command of [...cable, ...setup]) execFileSync('sh', ['-c', command], { stdio: 'pipe' });
    tests();
    return;
  }
  const skip = process.getuid?.() === 0 ? lacking : 'only root may make namespaces';
  if (skip !== null) {
    t.pass('skipped', { skip });
    return;
  }
  t.spawn(
    'unshare',
    ['--net', '--mount', process.execPath, ...process.execArgv, fileURLToPath(file)],
    { env: { ...process.env, [mark]: '1' } },
    'on a box of its own',
  );
}

/** A manager of this box's addresses with one group; it ends with the test. */
export function managerOf(
  t: Test,
  resources: readonly ResourceConfig[],
  more: Partial<ResourceManagerOptions> = {},
) {
  const lines: string[] = [];
  const manager = new ResourceManager({
    self: 'nodea',
    groups: [{ node: 'nodea', key: 'web', resources }],
    configDir: '/etc/ha.d',
    hardware: { addAddress, removeAddress, listAddresses, openArp, watchDevice },
    hardware6: noIPv6,
    logTargets: { debug: 0, syslogFormat: true },
    log: (level, text) => lines.push(`${level}: ${text}`),
    ...more,
  });
  t.teardown(() => manager.dispose());
  const did = (what: 'acquire' | 'release'): Promise<JobResult> =>
    new Promise((resolve) => manager[what]({ set: 'all', key: null }, resolve));
  return { lines, manager, did };
}

/** What the kernel itself says. */
export function shown(family: '-4' | '-6', device: string): string {
  return execFileSync('ip', [family, 'address', 'show', 'dev', device], { encoding: 'utf8' });
}
