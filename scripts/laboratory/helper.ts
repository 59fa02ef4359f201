import type { ChildProcess } from 'node:child_process';
import { ended, start } from './command.ts';

/** The verbs of a helper process. Arguments and results must survive a structured clone. */
type Verbs<P> = { [K in keyof P]: (...args: never[]) => unknown };

interface Request {
  readonly id: number;
  readonly verb: string;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

const ANSWER_LIMIT = 10_000;

/** A process of our own that works apart, so that nothing here disturbs its timing; asked over Node's own channel. */
export class Helper<P extends Verbs<P>> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #next = 1;
  #complaint = '';

  constructor(argv: readonly string[]) {
    this.#child = start(argv, 'ipc');
    this.#child.on('message', (answer: Answer) => this.#answered(answer));
    this.#child.on('error', (error) => this.#ended(error.message));
    this.#child.on('exit', (code, signal) => this.#ended(`it ended with ${signal ?? `code ${code}`}`));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-2000);
    });
    // The laboratory's process must be able to end although its helpers live.
    this.#child.unref();
    this.#child.channel?.unref();
  }

  call<K extends keyof P & string>(verb: K, ...args: Parameters<P[K]>): Promise<ReturnType<P[K]>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => this.#settle(id, new Error(`no answer to ${verb}`)), ANSWER_LIMIT);
      this.#waiting.set(id, {
        resolve: (value) => {
          clearTimeout(limit);
          resolve(value as ReturnType<P[K]>);
        },
        reject: (error) => {
          clearTimeout(limit);
          reject(error);
        },
      });
      const request: Request = { id, verb, args };
      this.#child.send(request, (error) => {
        if (error !== null) this.#settle(id, new Error(`${error.message} ${this.#complaint}`));
      });
    });
  }

  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    if (await ended(this.#child, 1000)) return;
    this.#child.kill('SIGKILL');
    await ended(this.#child, 1000);
  }

  #answered(answer: Answer): void {
    this.#settle(answer.id, answer.error === undefined ? undefined : new Error(answer.error), answer.value);
  }

  #settle(id: number, error: Error | undefined, value?: unknown): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(error);
  }

  #ended(how: string): void {
    const error = new Error(`a helper process of the laboratory is gone: ${how}\n${this.#complaint}`.trim());
    for (const id of [...this.#waiting.keys()]) this.#settle(id, error);
  }
}

/** The helper's own side: answer each request with its verb's result until the laboratory hangs up. */
export function serve<P extends Verbs<P>>(verbs: P): void {
  process.on('message', (request: Request) => {
    const answer = { id: request.id, ...perform(verbs, request) };
    process.send?.(answer);
  });
  process.on('disconnect', () => process.exit(0));
}

function perform<P extends Verbs<P>>(verbs: P, { verb, args }: Request): Omit<Answer, 'id'> {
  try {
    const work = (verbs as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[verb];
    if (work === undefined) throw new Error(`no such verb: ${verb}`);
    return { value: work(...args) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
