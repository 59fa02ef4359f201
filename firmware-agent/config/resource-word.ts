import { isIPv4, isIPv6 } from 'node:net';
import { parseAddress } from './address.ts';
import { parseAddress6 } from './address6.ts';
import type { ResourceConfig } from './config.ts';
import { parseInterface } from './interfaces.ts';
import { parseOcf } from './ocf.ts';
import type { Probe } from './probe.ts';
import { didYouMean } from './suggest.ts';
import { anyOf, Problem } from './values.ts';

/** What a resource is checked against. */
export interface ResourceSurroundings {
  /** The configuration directory, whose resource.d has the scripts. */
  readonly directory: string;
  readonly probe: Probe;
}

export interface ParsedResource {
  readonly resource: ResourceConfig;
  readonly warning?: string | undefined;
}

type Parsed = ParsedResource | Problem;

/** What the agent does by itself, and Heartbeat's form of it. */
const BUILT_IN: Readonly<Record<string, string>> = {
  IPaddr: 'IPaddr::ADDRESS/PREFIX/INTERFACE',
  IPaddr2: 'IPaddr2::ADDRESS/PREFIX/INTERFACE',
  IPv6addr: 'IPv6addr::ADDRESS/PREFIX/INTERFACE',
  SendArp: 'SendArp::ADDRESS/INTERFACE',
  Delay: 'Delay::SECONDS or Delay::SECONDS::SECONDS, for its start and its stop',
  OCF: 'OCF::AGENT::INSTANCE',
  systemd: 'systemd::UNIT',
};

/** Seconds that the script of that name waits without being told. */
const USUAL_DELAY = '20';
/** Milliseconds. */
const LONGEST_DELAY = 3_600_000;
/** There only where systemd is what this machine was booted with. */
const SYSTEMD_MARK = '/run/systemd/system';

/** One resource of a group (spec config.md 4): `SCRIPT[::ARG...]`, a bare IPv4 address, or one of the built-in names. */
export function parseResource(text: string, surroundings: ResourceSurroundings): Parsed {
  const [name = '', ...args] = text.split('::');
  if (/^\d+(\.\d+){3}/.test(text)) return parseAddress(text, text);
  if (/^[\da-f]{0,4}(:[\da-f]{0,4}){2,}(\/|$)/i.test(text)) {
    return new Problem(`"${text}": a bare address is IPv4: write "IPv6addr::ADDRESS/PREFIX/INTERFACE"`);
  }
  switch (name) {
    case 'IPaddr':
    case 'IPaddr2':
      if (isIPv6(args.join('::').split('/')[0] ?? ''))
        return new Problem(`${name} is for IPv4: write "${BUILT_IN.IPv6addr}"`);
      return parseFirst(name, args, (form) => parseAddress(text, form));
    case 'IPv6addr':
      // The separator is a part of the address.
      return parseFirst(name, [args.join('::')], (form) => parseAddress6(text, form));
    case 'SendArp':
      return parseFirst(name, args, (form) => parseSendArp(text, form));
    case 'Delay':
      return parseDelay(text, args);
    case 'OCF':
      return args[0] ? parseOcf(text, args, surroundings) : misused(name);
    case 'systemd':
      if (hasScript(name, surroundings)) break;
      return parseFirst(name, args, (unit) => parseUnit(text, unit, surroundings.probe));
  }
  return parseScript(text, name, args, surroundings);
}

function misused(name: string): Problem {
  return new Problem(`${name} takes other arguments: write "${BUILT_IN[name]}"`);
}

/** For what takes one argument and no more. */
function parseFirst(
  name: string,
  [first, ...more]: readonly string[],
  parse: (word: string) => Parsed,
): Parsed {
  if (first && more.length === 0) return parse(first);
  return new Problem(`${name} takes one argument: write "${BUILT_IN[name]}"`);
}

function parseSendArp(text: string, form: string): Parsed {
  const [address = '', deviceWord = '', ...more] = form.split('/');
  if (!isIPv4(address) || deviceWord === '' || more.length > 0) return misused('SendArp');
  const device = parseInterface(deviceWord);
  if (device instanceof Problem) return new Problem(`"${deviceWord}": ${device.text}`);
  return { resource: { kind: 'arp', text, address, device } };
}

function parseDelay(text: string, args: readonly string[]): Parsed {
  const [startWord = USUAL_DELAY, stopWord = startWord, ...more] = args;
  const [start, stop] = [startWord, stopWord].map((word) =>
    /^\d+(\.\d+)?$/.test(word) ? Number(word) * 1_000 : Number.NaN,
  );
  if (start === undefined || stop === undefined || Number.isNaN(start + stop) || more.length > 0)
    return misused('Delay');
  if (Math.max(start, stop) > LONGEST_DELAY) {
    return new Problem(`"${text}" waits longer than an hour: write ${LONGEST_DELAY / 1_000} seconds at most`);
  }
  return { resource: { kind: 'delay', text, start, stop } };
}

/** Whether there is such a unit is known only to a systemd that runs. */
function parseUnit(text: string, unit: string, probe: Probe): Parsed {
  if (!/^\w[\w@.:\\-]*$/.test(unit)) {
    return new Problem(
      `"${unit}" is not the name of a unit: write it as for systemctl, as in systemd::nginx`,
    );
  }
  return {
    resource: { kind: 'systemd', text, unit },
    ...(!probe.exists(SYSTEMD_MARK) && {
      warning:
        'this machine does not run systemd: the group cannot start here; write the name of a script in resource.d or /etc/init.d',
    }),
  };
}

function parseScript(
  text: string,
  script: string,
  args: readonly string[],
  around: ResourceSurroundings,
): Parsed {
  if (!/^[^/]+$/.test(script) || script.startsWith('.')) {
    return new Problem(
      `"${script}" is not the name of a script: write the name that it has in resource.d or /etc/init.d`,
    );
  }
  return { resource: { kind: 'script', text, script, args }, warning: scriptWarning(script, around) };
}

/** A script that is missing may be installed later, and the other node may have it. */
function scriptWarning(script: string, around: ResourceSurroundings): string | undefined {
  if (hasScript(script, around)) return undefined;
  const paths = scriptPaths(script, around);
  const there = paths.find((path) => around.probe.exists(path));
  if (there !== undefined) return `${there} cannot be run: "chmod +x" it`;
  const [, ocf] = /^ocf:((?:[\w.-]+:)?[\w.-]+)$/i.exec(script) ?? [];
  const mend =
    ocf === undefined ? didYouMean(script, Object.keys(BUILT_IN)) : `; did you mean "OCF::${ocf}"?`;
  return `there is no script ${anyOf(paths)}: the group cannot start here until there is${mend}`;
}

function hasScript(script: string, around: ResourceSurroundings): boolean {
  return scriptPaths(script, around).some((path) => around.probe.isExecutable(path));
}

function scriptPaths(script: string, { directory }: ResourceSurroundings): string[] {
  return [`${directory}/resource.d/${script}`, `/etc/init.d/${script}`];
}
