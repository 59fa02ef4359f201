import type { FenceDevice } from '../config/config.ts';
import { PATH } from '../resources/script.ts';
import { agentInput, optionSecrets } from './agent-input.ts';

/** A device that a program works, without a human. */
export type AutomaticDevice = Exclude<FenceDevice, { readonly kind: 'manual' }>;

/** Ends after the program that runs, which so has its grace, and before the next. */
const endInOrder = `trap 'exit 143' TERM`;

/**
 * The runner gives no input, so the shell does, from its environment: arguments can be seen by everybody.
 */
const feed = [
  endInOrder,
  'mend=$1; shift',
  'command -v "$1" >/dev/null || { echo "$mend" >&2; exit 127; }',
  `printf '%s\\n' "$FENCE_INPUT" | (unset FENCE_INPUT; exec "$@")`,
].join('; ');

export interface Invocation {
  /** For `/bin/sh`. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What must be hidden where the program prints it. */
  readonly secrets: readonly string[];
}

/** As logs show it: nothing of its parameters. */
export function nameOf(device: AutomaticDevice): string {
  if (device.kind === 'stonith') return `stonith ${device.type}`;
  if (device.kind === 'agent') return device.program.replace(/^.*\//, '');
  return /^[\w./+:@%,-]+(?=$|[\s;&|<>])/.exec(device.command)?.[0] ?? 'command';
}

/** What is said where the device's program is missing. */
export function missingProgram(program: string): string {
  const source =
    program === 'stonith' ? 'install the package cluster-glue' : 'install it (Debian: fence-agents)';
  return `there is no ${program} on this machine: ${source}, or write where it is`;
}

/** How the device is told to reset the peer's box. */
export function invocationOf(device: AutomaticDevice, self: string, peer: string): Invocation {
  const environment = {
    PATH,
    LANG: 'C',
    TWINBEAT_NODE: self,
    TWINBEAT_PEER: peer,
  };
  if (device.kind === 'command')
    return { args: ['-c', `${endInOrder}\n${device.command}`], environment, secrets: [] };
  const { program, input, secrets } =
    device.kind === 'agent' ? agentRun(device, peer) : stonithRun(device, self, peer);
  return {
    args: ['-c', feed, 'fence', missingProgram(program[0]), ...program],
    environment: { ...environment, FENCE_INPUT: input },
    secrets: secrets.filter((secret) => secret !== '').toSorted((a, b) => b.length - a.length),
  };
}

interface Fed {
  readonly program: readonly [string, ...string[]];
  readonly input: string;
  readonly secrets: readonly string[];
}

function agentRun({ program, options }: AutomaticDevice & { kind: 'agent' }, peer: string): Fed {
  return { program: [program], input: agentInput(options, peer), secrets: optionSecrets(options) };
}

/** Parameters are given as the file that `-F` wants: with `-p` everybody could read the password of the power switch. */
function stonithRun(device: AutomaticDevice & { kind: 'stonith' }, self: string, peer: string): Fed {
  const [file, input] = 'file' in device ? [device.file, ''] : ['/dev/stdin', device.parameters];
  return {
    program: ['stonith', '-t', device.type, '-F', file, '-T', 'reset', peer],
    input,
    // Only the plug-in knows which of its words is the password; a word of one or two letters is none.
    secrets: input.split(/\s+/).filter((word) => word.length > 2 && word !== peer && word !== self),
  };
}
