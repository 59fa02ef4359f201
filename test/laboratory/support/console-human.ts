import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Test } from 'tap';
import { openTerminal } from '../../../hw/terminal.ts';
import { ENVIRONMENT, ended, inside, run } from '../../../scripts/laboratory/command.ts';
import { loadPty } from '../../../scripts/laboratory/native.ts';
import { EXECUTABLE, type TwinbeatNode } from '../../../scripts/laboratory/node.ts';
import { until } from '../../../scripts/laboratory/wait.ts';
import { PATIENCE } from './running-pair.ts';

/** Somebody at a console, by whatever way the bytes go. */
export class ConsoleHuman {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #patience: number;
  #text = '';

  /** `patience`: milliseconds for anything that is waited for. */
  constructor(send: (bytes: Uint8Array) => void, patience = PATIENCE) {
    this.#send = send;
    this.#patience = patience;
  }

  get text(): string {
    return this.#text;
  }

  hear(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes).toString('latin1');
  }

  paste(what: string | Uint8Array): void {
    this.#send(Buffer.from(what));
  }

  /** Key by key. `gap`: milliseconds between two. */
  async type(text: string, gap = 40): Promise<void> {
    for (const character of text) {
      this.paste(character);
      await pause(gap);
    }
  }

  /** As fast as a line of so many bits per second carries it. */
  async send(what: string | Uint8Array, baud: number): Promise<void> {
    const bytes = Buffer.from(what);
    const step = Math.ceil(baud / 10 / 50);
    for (let at = 0; at < bytes.length; at += step) {
      this.paste(bytes.subarray(at, at + step));
      await pause(20);
    }
  }

  /** Waits until something like this is shown after `from`. */
  async sees(expected: RegExp, from = 0): Promise<string> {
    await until(
      () => `${expected}, and saw ${JSON.stringify(this.#text.slice(from))}`,
      () => expected.test(this.#text.slice(from)),
      this.#patience,
    );
    return this.#text.slice(from);
  }

  /** Pastes, and waits for what is shown since then. */
  async says(what: string, expected: RegExp): Promise<string> {
    const from = this.#text.length;
    this.paste(what);
    return await this.sees(expected, from);
  }
}

/** One whose console is a process of the test's own. */
class HumanWithConsole extends ConsoleHuman {
  readonly child: ChildProcess;

  constructor(child: ChildProcess, send: (bytes: Uint8Array) => void) {
    super(send);
    this.child = child;
  }

  /** The exit code; null: ended by a signal. */
  async end(): Promise<number | null> {
    if (!(await ended(this.child, PATIENCE))) throw new Error(`the console does not end: ${this.text}`);
    return this.child.exitCode;
  }
}

/** With a laptop at the end of a cable, whose port is open. */
export async function atCable(
  t: Pick<Test, 'teardown'>,
  path: string,
  baud: number,
  patience = PATIENCE,
): Promise<ConsoleHuman> {
  const human = new ConsoleHuman((bytes) => void terminal.write(bytes), patience);
  const terminal = openTerminal(
    { path, baud },
    { received: (bytes) => human.hear(bytes), faulted: () => undefined },
  );
  t.teardown(() => terminal.close());
  // A byte that starts nothing.
  await until(`${path} to be open`, () => terminal.write(Uint8Array.of(0)), PATIENCE);
  return human;
}

function argv(
  { box, runDirectory }: TwinbeatNode,
  command: string,
  words: readonly string[] = [],
): readonly string[] {
  const directories = [
    '--config-dir',
    join(box.directory, 'ha.d'),
    '--state-dir',
    join(box.directory, 'state'),
  ];
  return [
    ...inside(box.namespace),
    EXECUTABLE,
    command,
    ...directories,
    ...['--run-dir', runDirectory, '--node', box.seat],
    ...words,
  ];
}

/** At the pipes that the agent relays a serial port's bytes through. */
export function atPipes(t: Test, node: TwinbeatNode, ...words: string[]): HumanWithConsole {
  const [file = '', ...rest] = argv(node, 'console', words);
  const child = spawn(file, rest, { env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  const human = new HumanWithConsole(child, (bytes) => child.stdin.write(bytes));
  child.stdout.on('data', (bytes: Buffer) => human.hear(bytes));
  t.teardown(() => child.kill('SIGKILL'));
  return human;
}

/** In a shell, on a terminal of this size; what its settings are can be asked for. */
export async function atTerminal(
  t: Test,
  node: TwinbeatNode,
  columns: number,
  rows: number,
  command = 'console',
) {
  const { fd, path } = loadPty().openPty();
  await run(['stty', '-F', path, 'sane', 'cols', String(columns), 'rows', String(rows)]);
  const terminal = openSync(path, 'r+');
  const [file = '', ...rest] = argv(node, command);
  const child = spawn(file, rest, { env: ENVIRONMENT, stdio: [terminal, terminal, terminal] });
  const human = new HumanWithConsole(child, (bytes) => writeSync(fd, bytes));
  const buffer = Buffer.alloc(1 << 16);
  const reader = setInterval(() => {
    try {
      human.hear(buffer.subarray(0, readSync(fd, buffer)));
    } catch {
      // Nothing new.
    }
  }, 10);
  t.teardown(() => {
    clearInterval(reader);
    child.kill('SIGKILL');
    closeSync(terminal);
    closeSync(fd);
  });
  return { human, settings: () => run(['stty', '-F', path, '-a']) };
}
