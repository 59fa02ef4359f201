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
  | { readonly command: 'standby' | 'takeover'; readonly set: ResourceSet }
  /** Gratuitous ARP for all that is held here. */
  | { readonly command: 'announce' }
  /** Examine a serial cable; its link may be left out where there is one. */
  | { readonly command: 'cable'; readonly link?: string }
  /** A console's login or command becomes an event. */
  | { readonly command: 'note'; readonly port: string; readonly text: string }
  /** Is this the password of twinbeat.cf? Without one: is any needed? */
  | { readonly command: 'password'; readonly port: string; readonly password?: string };

/** The last line of every exchange but a successful `status`. */
export interface Answer {
  readonly ok: boolean;
  /** For people: what was done, or why not. */
  readonly text: string;
  /** The caller may not ask. */
  readonly forbidden?: boolean;
  /** After a wrong password: milliseconds until the next one is looked at. */
  readonly wait?: number;
}

/** What the agent does for each command. None of them needs to be quick but `status`. */
export interface ControlHandlers {
  status(): StatusReport;
  standby(set: ResourceSet, progress: (text: string) => void): Promise<Answer>;
  takeover(set: ResourceSet, progress: (text: string) => void): Promise<Answer>;
  confirm(): Promise<Answer>;
  fenceAck(node: string): Promise<Answer>;
  /** Absent: this agent has nothing for a technician's console. */
  readonly console?: ConsoleHandlers;
}

/** What only the technician's console asks for. */
export interface ConsoleHandlers {
  announce(): Promise<Answer>;
  cable(link: string | undefined, progress: (text: string) => void): Promise<Answer>;
  /** `port`: where the console is. */
  note(port: string, text: string): Promise<Answer>;
  /** Ok: it is right, or none is set. */
  password(port: string, password: string | undefined): Promise<Answer>;
}

const commands = [
  'status',
  'standby',
  'takeover',
  'confirm',
  'fence-ack',
  'announce',
  'cable',
  'note',
  'password',
] as const;

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

function wishOf(request: Record<string, unknown>): Wish | { readonly error: string } {
  const { command, set = 'all', node } = request;
  if (command === 'status' || command === 'confirm' || command === 'announce') return { command };
  if (command === 'cable') return cableWish(request);
  if (command === 'note' || command === 'password') return consoleWish(command, request);
  if (command === 'fence-ack') {
    if (typeof node === 'string') return { command, node };
    return { error: 'fence-ack has no node: write {"command":"fence-ack","node":"NAME"}' };
  }
  if (command !== 'standby' && command !== 'takeover') {
    return {
      error: `unknown command ${quote(command)}: the commands are ${commands.join(', ')}`,
    };
  }
  const known = resourceSets.find((name) => name === set);
  if (known === undefined)
    return { error: `unknown set ${quote(set)}: the sets are ${resourceSets.join(', ')}` };
  return { command, set: known };
}

function cableWish({ link }: Record<string, unknown>): Wish | { readonly error: string } {
  if (link === undefined) return { command: 'cable' };
  return typeof link === 'string'
    ? { command: 'cable', link }
    : { error: 'the link is no text: write its port' };
}

function consoleWish(
  command: 'note' | 'password',
  { port, text, password }: Record<string, unknown>,
): Wish | { readonly error: string } {
  if (typeof port !== 'string') return { error: `${command} has no port: write where the console is` };
  if (command === 'note') {
    return typeof text === 'string' ? { command, port, text } : { error: 'note has no text: write one' };
  }
  if (password === undefined) return { command, port };
  return typeof password === 'string' ? { command, port, password } : { error: 'the password is no text' };
}

/** Short enough to send back whatever was sent. */
function quote(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 60);
}
