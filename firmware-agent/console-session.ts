import type { ChildProcess } from 'node:child_process';
import { errorText } from '../hw/error.ts';
import { spawnChild } from './resources/child.ts';
import type { Log } from './resources/log.ts';

/** What was typed and not read yet, in bytes; more than that is noise, not typing. */
const mostTyped = 4096;
/** From SIGTERM to SIGKILL, in ms. */
const grace = 2000;

export interface SessionOptions {
  /** The program of the menu, on its standard input and output. */
  readonly command: readonly [file: string, ...args: readonly string[]];
  /** Resolves when the human's terminal has had the bytes; false: it is away. */
  readonly write: (bytes: Uint8Array) => Promise<boolean>;
  /** The program has ended, and all that it said was written. Once. */
  readonly over: () => void;
  readonly log: Log;
}

/**
 * A human at a serial line, and the program that talks to them: a process of its own, so that nothing that is typed can hold
 * up the heartbeats. What it says waits in it while the line is slow.
 */
export class ConsoleSession {
  readonly #child: ChildProcess;
  readonly #options: SessionOptions;
  #killer: NodeJS.Timeout | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    const [file, ...args] = options.command;
    this.#child = spawnChild(file, args, { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdin, stdout, stderr } = this.#child;
    // It may be gone before it has read all that was typed.
    stdin?.on('error', () => undefined);
    stderr?.setEncoding('utf8').on('data', (text: string) => this.#tell(text));
    const ended = new Promise<void>((resolve) => {
      this.#child.once('error', (error) => {
        options.log('ERROR', `the console cannot be started: ${error.message}`);
        resolve();
      });
      this.#child.once('close', () => resolve());
    });
    void Promise.all([this.#relay(stdout), ended]).then(() => {
      if (this.#killer) clearTimeout(this.#killer);
      options.over();
    });
  }

  /** The human typed these bytes. */
  typed(bytes: Uint8Array): void {
    const { stdin } = this.#child;
    if (stdin === null || stdin.writableLength + bytes.length > mostTyped) return;
    stdin.write(bytes);
  }

  /** The human is gone: the program ends now. */
  end(): void {
    if (this.#killer !== null) return;
    this.#child.kill('SIGTERM');
    this.#killer = setTimeout(() => this.#child.kill('SIGKILL'), grace);
  }

  async #relay(output: AsyncIterable<Uint8Array> | null): Promise<void> {
    if (output === null) return;
    try {
      for await (const bytes of output) if (!(await this.#options.write(bytes))) break;
    } catch (error) {
      this.#tell(errorText(error));
    }
    // Nobody reads it any more: all that is left is to end.
    this.#child.stdin?.end();
  }

  #tell(text: string): void {
    for (const line of text.split('\n', 8)) if (line !== '') this.#options.log('WARN', `console: ${line}`);
  }
}
