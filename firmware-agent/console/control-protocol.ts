import { join } from 'node:path';
import type { StatusReport } from './report.ts';

/** The words of Heartbeat's `hb_standby` (spec logs-and-tools.md 3.2), seen from the node that is asked. */
export const resourceSets = ['all', 'local', 'foreign', 'failback'] as const;
export type ResourceSet = (typeof resourceSets)[number];

/** The name under which who gives none is judged by `apiauth` (spec config.md 3). */
export const anonymous = 'anon';

/** One line of JSON from a command to the agent. */
export type Request = Wish & {
  /** Under which name the caller asks; absent: anonymously. */
  readonly client?: string;
};

export type Wish =
  | { readonly command: 'status' }
  /** What waits to be taken over shall be taken, whatever speaks against it. */
  | { readonly command: 'confirm' }
  /** The peer's box runs nothing: a human saw to it. */
  | { readonly command: 'fence-ack'; readonly node: string }
  | { readonly command: 'standby' | 'takeover'; readonly set: ResourceSet };

/** The last line of every exchange but a successful `status`. */
export interface Answer {
  readonly ok: boolean;
  /** For people: what was done, or why not. */
  readonly text: string;
  /** The caller may not ask. */
  readonly forbidden?: boolean;
}

/** What the agent does for each command. None of them needs to be quick but `status`. */
export interface ControlHandlers {
  status(): StatusReport;
  standby(set: ResourceSet, progress: (text: string) => void): Promise<Answer>;
  takeover(set: ResourceSet, progress: (text: string) => void): Promise<Answer>;
  confirm(): Promise<Answer>;
  fenceAck(node: string): Promise<Answer>;
}

/** Bytes of one request line, the newline included. */
export const longestRequest = 64 * 1024;

export function socketPath(runDir: string): string {
  return join(runDir, 'twinbeat.sock');
}

/** The request that a line holds, or what is wrong with it. */
export function parseRequest(line: string): Request | { readonly error: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { error: 'not JSON: write one request a line, as in {"command":"status"}' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { error: 'not a JSON object: write {"command":"status"}' };
  }
  const { client = anonymous, ...rest } = value as { client?: unknown } & Record<string, unknown>;
  if (typeof client !== 'string') return { error: `the client's name is no text: ${quote(client)}` };
  const wish = wishOf(rest);
  return 'error' in wish ? wish : { ...wish, client };
}

function wishOf({ command, set = 'all', node }: Record<string, unknown>): Wish | { readonly error: string } {
  if (command === 'status' || command === 'confirm') return { command };
  if (command === 'fence-ack') {
    if (typeof node === 'string') return { command, node };
    return { error: 'fence-ack has no node: write {"command":"fence-ack","node":"NAME"}' };
  }
  if (command !== 'standby' && command !== 'takeover') {
    return {
      error: `unknown command ${quote(command)}: the commands are status, standby, takeover, confirm, fence-ack`,
    };
  }
  const known = resourceSets.find((name) => name === set);
  if (known === undefined)
    return { error: `unknown set ${quote(set)}: the sets are ${resourceSets.join(', ')}` };
  return { command, set: known };
}

/** Short enough to send back whatever was sent. */
function quote(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 60);
}
