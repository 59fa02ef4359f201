import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ENVIRONMENT } from './command.ts';

/** Set in the process that runs inside the user namespace made for it. */
const INSIDE = 'TWINBEAT_LABORATORY_INSIDE';

const AS_ROOT_THERE = ['unshare', '--user', '--map-root-user', '--net', '--mount'];
/** `ip netns` keeps its names on /run, which is not the user's. */
const OWN_RUN = 'mount -t tmpfs tmpfs /run && mkdir /run/netns';

/** Named like a laboratory's namespaces, so that the next one sweeps it away if this process is killed. */
const TRIAL = `tb${process.pid}-trial`;
/** Trials in the order in which they are made, each with the exit code that tells which one failed. */
const TRIALS = `
{ ip netns add ${TRIAL} && ip netns exec ${TRIAL} true; } || exit 21
trap 'ip netns delete ${TRIAL}' EXIT
ip -n ${TRIAL} link add trial0 type veth peer name trial1 || exit 22
ip -n ${TRIAL} link add trial2 type bridge || exit 23`;

/**
 * Make sure that this process may make namespaces, cables and bridges. An ordinary user's process starts itself anew in
 * a user namespace where it is root, if the kernel allows that. Throws an explanation where it is impossible.
 */
export function enterLaboratory(): void {
  if (process.platform !== 'linux')
    throw new Error('the laboratory needs Linux: its nodes are network namespaces');
  if (process.env[INSIDE] !== undefined) return;
  needIp();
  const root = process.getuid?.() === 0;
  const direct = root ? tryOut(['sh', '-c', TRIALS]) : null;
  if (root && direct === null) return;
  // Root of a container that may not do it there perhaps still may in a user namespace.
  const nested = tryOut([...AS_ROOT_THERE, 'sh', '-c', `{ ${OWN_RUN}; } || exit 20\n${TRIALS}`]);
  if (nested === null) startAnew();
  throw new Error(direct ?? `${nested}\n${userNamespaceAdvice()}`);
}

function needIp(): void {
  const { error, status } = spawnSync('ip', ['-V'], { env: ENVIRONMENT });
  if (error === undefined && status === 0) return;
  throw new Error('the command `ip` is missing: install it with `sudo apt-get install iproute2`');
}

/** Why the laboratory cannot be laid by what this command becomes; null where it can. */
function tryOut(argv: readonly string[]): string | null {
  const [file = '', ...args] = argv;
  const options = { env: ENVIRONMENT, encoding: 'utf8', timeout: 20_000 } as const;
  const { status, stderr, error } = spawnSync(file, args, options);
  if (error !== undefined) return `cannot run ${file}: ${error.message}: \`sudo apt-get install util-linux\``;
  return status === 0 ? null : explain(status, stderr.trim());
}

function explain(status: number | null, said: string): string {
  switch (status) {
    case 20:
    case 21:
      return `network namespaces cannot be made here (${said}): in a container, start it with --privileged`;
    case 22:
      return `the kernel makes no veth pairs (${said}): it needs CONFIG_VETH (\`modprobe veth\` as root)`;
    case 23:
      return `the kernel makes no bridges (${said}): it needs CONFIG_BRIDGE (\`modprobe bridge\` as root)`;
    default:
      return `namespaces cannot be made here: ${said}`;
  }
}

/** What forbids user namespaces to ordinary users, by distribution: the setting, its forbidding value, its mend. */
const FORBIDDERS = [
  { name: 'kernel.apparmor_restrict_unprivileged_userns', forbids: '1', mend: '0' },
  { name: 'kernel.unprivileged_userns_clone', forbids: '0', mend: '1' },
  { name: 'user.max_user_namespaces', forbids: '0', mend: '15000' },
];

function userNamespaceAdvice(): string {
  const guilty = FORBIDDERS.filter(({ name, forbids }) => setting(name) === forbids);
  const commands = guilty.map(({ name, mend }) => `  sudo sysctl -w ${name}=${mend}`);
  const allow = commands.length > 0 ? `, or let ordinary users make namespaces:\n${commands.join('\n')}` : '';
  return `Run it as root (\`sudo npm run pair\`)${allow}`;
}

function setting(name: string): string | null {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim();
  } catch {
    // A kernel that does not know the setting does not forbid anything by it.
    return null;
  }
}

/** Become the same program as root of namespaces of its own. The pid stays, so signals and terminals find it. */
function startAnew(): never {
  const script = `${OWN_RUN} && exec "$0" "$@"`;
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const argv = [...AS_ROOT_THERE, 'sh', '-c', script, ...program];
  process.execve?.('/usr/bin/unshare', argv, { ...ENVIRONMENT, [INSIDE]: '1' });
  throw new Error('this Node cannot replace its own process: run `npm run pair`, which brings its own');
}
