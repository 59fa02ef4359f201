import type { Reading } from './draft.ts';
import type { Probe } from './probe.ts';

/** The terminals that the kernel has as its console; the last is the one behind /dev/console. */
const ACTIVE_CONSOLES = '/sys/class/tty/console/active';

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
    const terminal = probe.realPath(medium.path);
    if (!consoles.includes(terminal)) continue;
    const name = terminal.slice('/dev/'.length);
    findings.warning(
      medium.at,
      `serial: ${medium.path} is a console of the kernel, which would speak into the heartbeat cable: remove ` +
        `"console=${name}" from the kernel's command line, and a login on it, or use another port`,
    );
  }
}
