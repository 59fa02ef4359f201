import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Test } from 'tap';
import type { PasswordHash } from '../../../firmware-agent/config/config.ts';
import { parseHash } from '../../../firmware-agent/config/password.ts';
import { Problem } from '../../../firmware-agent/config/values.ts';
import type { ControlHandlers } from '../../../firmware-agent/console/control-protocol.ts';
import { startControlServer } from '../../../firmware-agent/console/control-server.ts';
import type { StatusReport } from '../../../firmware-agent/console/report.ts';
import { consoleHandlers } from '../../../firmware-agent/console/technician/agent-side.ts';
import { Pace } from '../../../firmware-agent/console/technician/pace.ts';
import { hashOf } from '../../../firmware-agent/console/technician/scrypt.ts';
import { Session, type SessionOptions } from '../../../firmware-agent/console/technician/session.ts';
import { callerOf } from '../../../hw/caller.ts';
import { until } from './children.ts';
import { healthy } from './healthy-report.ts';

/** So that a test need not wait as long as a human. */
export const quickTiming = { silence: 40, patience: 2000, answer: 5000 };

/** As `password` of twinbeat.cf holds it. */
export async function hash(password: string): Promise<PasswordHash> {
  const parsed = parseHash(await hashOf(password));
  if (parsed instanceof Problem) throw new Error(parsed.text);
  return parsed;
}

export interface FakeAgent {
  readonly runDir: string;
  /** Every wish that would move or announce something. */
  readonly done: string[];
  readonly notes: string[];
  /** Lets the delays after wrong passwords pass. */
  forgive(): void;
}

export interface AgentWishes {
  readonly password?: PasswordHash | null;
  readonly status?: StatusReport;
  /** It lets nobody wait after a wrong password. */
  readonly isForgiving?: boolean;
}

/** An agent that says what it was asked for, and moves nothing. */
export async function fakeAgent(
  t: Test,
  { password = null, status = healthy, isForgiving = false }: AgentWishes = {},
): Promise<FakeAgent> {
  const runDir = mkdtempSync(join(tmpdir(), 'twinbeat-'));
  t.teardown(() => rmSync(runDir, { recursive: true, force: true }));
  const done: string[] = [];
  const notes: string[] = [];
  let now = 0;
  const clock = () => {
    if (isForgiving) now += 60_000;
    return now;
  };
  const did = async (what: string) => {
    done.push(what);
    return { ok: true, text: `did ${what}` };
  };
  const handlers: ControlHandlers = {
    status: () => status,
    standby: (set) => did(`standby ${set}`),
    takeover: (set) => did(`takeover ${set}`),
    confirm: () => did('confirm'),
    fenceAck: (node) => did(`fence-ack ${node}`),
    console: consoleHandlers({
      password: () => password,
      now: clock,
      note: ({ text }) => notes.push(text),
      groups: () => status.groups,
      announce: () => done.push('announce'),
      examine: async (link, tell) => {
        done.push(`examine ${link}`);
        tell('the modem lines');
        if (link !== '/dev/ttyS0') throw new Error(`${link} is no serial cable of ha.cf: write /dev/ttyS0`);
        return ['A full null modem: all lines are wired; works at 115200.', 'One more remark.'];
      },
    }),
  };
  const server = await startControlServer({
    api: {},
    callerOf,
    runDir,
    handlers,
    report: (text) => t.fail(text),
  });
  t.teardown(() => server.close());
  return {
    runDir,
    done,
    notes,
    forgive: () => {
      now += 60_000;
    },
  };
}

export interface Human {
  readonly session: Session;
  /** All that was ever shown. */
  shown(): string;
  type(text: string | Uint8Array): void;
  /** Types, and waits until something shows this since then. */
  say(text: string, expected: RegExp): Promise<string>;
  /** The terminal takes nothing from now on, or everything again. */
  stall(isStalled: boolean): void;
  /** The session's exit code. */
  readonly ended: Promise<number>;
}

export interface Seat extends Partial<SessionOptions> {
  readonly runDir: string;
  readonly configDir?: string;
  readonly stateDir?: string;
  /** What is waited for; else the prompt, or with `login` that of the password. */
  readonly first?: RegExp;
}

/** Sits down at a session and waits for its first prompt, or for the password's. */
export async function sitDown(t: Test, { runDir, first, ...options }: Seat): Promise<Human> {
  let text = '';
  const waiting: (() => void)[] = [];
  let isStalled = false;
  const output = new Writable({
    highWaterMark: 4096,
    write(chunk, _encoding, done) {
      text += chunk;
      if (isStalled) waiting.push(done);
      else done();
    },
  });
  const { configDir = runDir, stateDir = runDir, ...rest } = options;
  const session = new Session({
    directories: { configDir, stateDir, runDir, node: 'nodea' },
    machine: {
      serialPorts: async () => [],
      broadcastless: async () => [],
      neighbour: async () => ({ reason: 'no answer' }),
    },
    output,
    pace: new Pace(Number.POSITIVE_INFINITY),
    size: { columns: 80, rows: 24 },
    port: null,
    login: false,
    timing: quickTiming,
    ...rest,
  });
  const ended = session.run();
  t.teardown(() => session.typing.close());
  const seen = async (expected: RegExp, from: number): Promise<string> => {
    if (!(await until(() => expected.test(text.slice(from)))))
      throw new Error(`${expected} is not in: ${text.slice(from)}`);
    return text.slice(from);
  };
  const type = (what: string | Uint8Array) => session.typing.push(Buffer.from(what));
  await seen(first ?? (options.login ? /: $/ : /> $/), 0);
  return {
    session,
    shown: () => text,
    type,
    say: (what, expected) => {
      const from = text.length;
      type(what);
      return seen(expected, from);
    },
    stall: (wish) => {
      isStalled = wish;
      if (!wish) for (const done of waiting.splice(0)) done();
    },
    ended,
  };
}
