import { kernelConsoles } from './consoles.ts';
import { type Directive, setting } from './directive.ts';
import type { Reading } from './draft.ts';
import type { Probe } from './probe.ts';
import { didYouMean } from './suggest.ts';
import { type Parse, Problem, parseBoolean } from './values.ts';

const CONSOLE = '/dev/console';

const parseBell: Parse<string | null> = (text) => {
  if (text.startsWith('/')) return text;
  const on = parseBoolean(text);
  if (!(on instanceof Problem)) return on ? CONSOLE : null;
  return new Problem(`write on, off or the full path of a terminal${didYouMean(text, ['on', 'off'])}`);
};

/** `bell on|off|DEVICE` of twinbeat.cf: where an alarm is heard. */
export const bellDirective: Directive = setting('bell', 'on|off|DEVICE', parseBell);

/** The terminal to ring at; null: none. What nobody asked for is not there without a word. */
export function settleBell({ draft, probe, findings }: Reading): string | null {
  const { bell } = draft.settings;
  const device = bell ? bell.value : CONSOLE;
  if (device === null || draft.refused.has('bell')) return null;
  if (!probe.isCharacterDevice(device)) {
    if (!bell) return null;
    if (probe.exists(device)) findings.error(bell.at, `bell: ${device} is not a terminal: write that of one`);
    else findings.warning(bell.at, `bell: there is no ${device} now: no alarm is heard there`);
    return device;
  }
  const terminal = terminalOf(device, probe);
  const cable = draft.media.find(
    (medium) => medium.kind === 'serial' && probe.realPath(medium.path) === terminal,
  );
  if (!cable) return device;
  if (bell) {
    const is = device === terminal ? 'is' : `is ${terminal}, which is`;
    findings.warning(
      bell.at,
      `bell: ${device} ${is} the serial port in line ${cable.at.line} of ha.cf: the bell would speak into the heartbeat ` +
        'cable, so there is none: write "bell off", or another terminal',
    );
  }
  return null;
}

/** The device itself, with what stands for it left behind. */
function terminalOf(device: string, probe: Probe): string {
  const path = probe.realPath(device);
  return (path === CONSOLE ? kernelConsoles(probe).at(-1) : undefined) ?? path;
}
