import type { Reading } from './draft.ts';
import type { Probe } from './probe.ts';

/** The terminals that the kernel has as its console; the last is the one behind /dev/console. */
const ACTIVE_CONSOLES = '/sys/class/tty/console/active';
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

/** What the kernel says there goes into the heartbeat cable, and its break or a login prompt would answer. */
export function warnOfConsoles({ draft, probe, findings }: Reading): void {
  const consoles = kernelConsoles(probe);
  for (const medium of draft.media) {
    if (medium.kind !== 'serial') continue;
    const trouble = troubleAt(medium.path, consoles, probe);
    if (trouble !== undefined) findings.warning(medium.at, `serial: ${medium.path} is ${trouble}`);
  }
}

function troubleAt(path: string, consoles: readonly string[], probe: Probe): string | undefined {
  const terminal = probe.realPath(path);
  const name = terminal.slice('/dev/'.length);
  if (name === 'console')
    return "the kernel's console, whatever that is: write a serial port, as in /dev/ttyS1";
  if (/^tty\d+$/.test(name))
    return 'a terminal of the screen, and no serial port: write one, as in /dev/ttyS1';
  if (consoles.includes(terminal))
    return (
      'a console of the kernel, which would speak into the heartbeat cable: remove ' +
      `"console=${name}" from the kernel's command line, and a login on it, or use another port`
    );
  const login = loginAt(name, probe);
  return (
    login && `where a login waits, which would speak into the heartbeat cable: ${login}, or use another port`
  );
}

/** What to do about the program that waits there for somebody to log in; undefined: none is known. */
function loginAt(name: string, probe: Probe): string | undefined {
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
