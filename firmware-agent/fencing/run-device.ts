import { errorText } from '../../hw/error.ts';
import { failureOf, runScript } from '../resources/script.ts';
import { optionProblem } from './agent-input.ts';
import { type AutomaticDevice, invocationOf } from './device.ts';

/** Milliseconds. */
export interface FenceLimits {
  /** Until a device's program is ended by force, with its children: SIGTERM, */
  readonly limit: number;
  /** and after so long SIGKILL. */
  readonly grace: number;
}

export interface DeviceRun {
  /** This node's name, */
  readonly self: string;
  /** and that of the node whose box is reset. */
  readonly peer: string;
  readonly limits: FenceLimits;
  readonly signal: AbortSignal;
  /** What the device's program prints, its secrets hidden. */
  readonly onLine: (line: string) => void;
}

/** Null: the device says that the box was reset or is off; else why not, in words. Never rejects. */
export async function runDevice(device: AutomaticDevice, options: DeviceRun): Promise<string | null> {
  const { self, peer, limits, signal, onLine } = options;
  // To ask an agent for its status succeeds, too, and the box would be taken for a fenced one.
  const problem = device.kind === 'agent' ? optionProblem(device.options) : null;
  if (problem !== null) return problem;
  const { args, environment, secrets } = invocationOf(device, self, peer);
  try {
    const result = await runScript({
      path: '/bin/sh',
      args,
      environment,
      ...limits,
      signal,
      onLine: (line) => onLine(hide(line, secrets)),
    });
    const shown = { ...result, last: hide(result.last, secrets) };
    return failureOf(shown, limits.limit, 'ended before it was done, as nobody waits for it any more');
  } catch (error) {
    return `cannot be run: ${errorText(error)}`;
  }
}

function hide(line: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
}
