import type { Probe } from './probe.ts';

/** UDP port of `ha-cluster` where /etc/services does not name another (spec wire.md 9). */
const DEFAULT_PORT = 694;

/** The port for heartbeats where ha.cf has no `udpport`. */
export function defaultPort(probe: Probe): number {
  return services(probe).find(({ name }) => name === 'ha-cluster')?.port ?? DEFAULT_PORT;
}

/** The service that a UDP port is registered for; undefined for none, and for Heartbeat's own. */
export function foreignService(port: number, probe: Probe): string | undefined {
  const name = services(probe).find((service) => service.port === port)?.name;
  return name === 'ha-cluster' ? undefined : name;
}

/**
 * The IPv4 address that /etc/hosts gives a name. Name servers are not asked: a heartbeat must not wait for one, and
 * none answers while the network is down, which is when the address is needed.
 */
export function hostAddress(name: string, probe: Probe): string | undefined {
  const wanted = name.toLowerCase();
  for (const [address = '', ...names] of rows('/etc/hosts', probe)) {
    if (!address.includes(':') && names.some((n) => n.toLowerCase() === wanted)) return address;
  }
  return undefined;
}

/**
 * The number of a user or of a group. A number stands for itself, be there an account or not; undefined for a name that
 * the machine does not know.
 */
export function accountNumber(file: 'passwd' | 'group', name: string, probe: Probe): number | undefined {
  if (/^\d{1,9}$/.test(name)) return Number(name);
  const [, , id] = account(file, name, probe);
  return id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined;
}

/** The numbers of a user and of its own group; undefined where the machine does not know the user. */
export function userAccount(name: string, probe: Probe): { uid: number; gid: number } | undefined {
  const [, , uid, gid] = account('passwd', name, probe);
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** The fields of the line of this name; none where there is none. */
function account(file: 'passwd' | 'group', name: string, probe: Probe): string[] {
  const path = `/etc/${file}`;
  if (!probe.exists(path)) return [];
  const line = probe
    .readText(path)
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  return line?.split(':') ?? [];
}

function services(probe: Probe): { name: string; port: number }[] {
  return rows('/etc/services', probe).flatMap(([name = '', port = '']) => {
    const match = /^(\d+)\/udp$/.exec(port);
    return match ? [{ name, port: Number(match[1]) }] : [];
  });
}

/** The words of each line without comments; none where the machine has no such file, which small systems do not. */
function rows(path: string, probe: Probe): string[][] {
  if (!probe.exists(path)) return [];
  return probe
    .readText(path)
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
}
