import type { Reading } from './draft.ts';
import type { Probe } from './probe.ts';

/** The terminals that the kernel has as its console; the last is the one behind /dev/console. */
const ACTIVE_CONSOLES = '/sys/class/tty/console/active';
const COMMAND_LINE = '/proc/cmdline';
const INITTAB = '/etc/inittab';
/** There only where systemd is what this machine was booted with, and inittab says nothing. */
const SYSTEMD_MARK = '/run/systemd/system';
/** Where systemd has what it starts at boot: what a person enabled, and what it found by itself. */
const SYSTEMD_FOLDERS = ['/etc/systemd/system', '/run/systemd/generator'];

/** Their paths, links followed. */
export function kernelConsoles(probe: Probe): string[] {
  if (!probe.exists(ACTIVE_CONSOLES)) return [];
  const names = probe.readText(ACTIVE_CONSOLES).match(/\S+/g) ?? [];
  return names.map((name) => probe.realPath(`/dev/${name}`));
}

/** Those that its command line names, there already or, as a USB adapter, not yet. */
function namedConsoles(probe: Probe): string[] {
  if (!probe.exists(COMMAND_LINE)) return [];
  const named = probe.readText(COMMAND_LINE).matchAll(/(?:^|\s)console=([^\s,]+)/g);
  return [...named].map(([, name = '']) => `/dev/${name}`);
}

/**
 * What the kernel says there goes into the heartbeat cable, and a login would answer the heartbeats: neither a cable that
 * is heard nor a console that can be used.
 */
export function refuseConsoles({ draft, probe, findings }: Reading): void {
  const consoles = kernelConsoles(probe);
  for (const medium of draft.media) {
    if (medium.kind !== 'serial') continue;
    const trouble = troubleAt(medium.path, consoles, probe);
    if (trouble !== undefined) findings.error(medium.at, `serial: ${medium.path} is ${trouble}`);
  }
}

function troubleAt(path: string, consoles: readonly string[], probe: Probe): string | undefined {
  const terminal = probe.realPath(path);
  const name = terminal.slice('/dev/'.length);
  if (name === 'console')
    return "the kernel's console, whatever that is: write a serial port, as in /dev/ttyS1";
  if (/^tty\d+$/.test(name))
    return 'a terminal of the screen, and no serial port: write one, as in /dev/ttyS1';
  const isNamed = namedConsoles(probe).includes(terminal);
  if (isNamed || consoles.includes(terminal)) {
    const mend = isNamed
      ? `remove "console=${name}" from the kernel's command line, and a login on it`
      : 'name another terminal on the kernel\'s command line, as in "console=tty0"';
    return `a console of the kernel, which would speak into the heartbeat cable: ${mend}, or use another port`;
  }
  const login = loginAt(name, probe);
  return (
    login && `where a login waits, which would speak into the heartbeat cable: ${login}, or use another port`
  );
}

/** What to do about the program that waits there for somebody to log in, or that somebody has there; undefined: there is none. */
export function loginAt(name: string, probe: Probe): string | undefined {
  return startedLogin(name, probe) ?? runningLogin(name, probe);
}

function runningLogin(name: string, probe: Probe): string | undefined {
  const session = probe.sessionOn(`/dev/${name}`);
  return session && `end ${session.name} (process ${session.pid}) there, and what starts it`;
}

/** The one that is started at boot. */
function startedLogin(name: string, probe: Probe): string | undefined {
  const unit = `serial-getty@${name}.service`;
  if (probe.exists(SYSTEMD_MARK)) {
    const isMasked = probe.realPath(`${SYSTEMD_FOLDERS[0]}/${unit}`) === '/dev/null';
    const isStarted = SYSTEMD_FOLDERS.some((folder) => probe.exists(`${folder}/getty.target.wants/${unit}`));
    return isStarted && !isMasked ? `"systemctl disable --now ${unit}"` : undefined;
  }
  if (!probe.exists(INITTAB)) return undefined;
  // `id:levels:action:program`, of busybox `tty::action:program`.
  const line = probe
    .readText(INITTAB)
    .split('\n')
    .find((each) => {
      const [id = '', , action = '', ...program] = each.split(':');
      if (each.trimStart().startsWith('#') || !/^(respawn|ondemand|askfirst)$/.test(action)) return false;
      return (
        id === name ||
        program
          .join(':')
          .split(/[\s/]+/)
          .includes(name)
      );
    });
  return line && `remove its line from ${INITTAB} ("${line.trim()}")`;
}
