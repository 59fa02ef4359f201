import { execFile } from 'node:child_process';
import { chmodSync, constants, lstatSync, mkdirSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorText } from '../../hw/error.ts';
import type { Message } from '../wire/message.ts';
import type { ControlHandlers } from './control-protocol.ts';
import { FifoMessages } from './fifo-messages.ts';
import { fifoWish } from './fifo-wish.ts';
import type { FifoReport } from './report.ts';
import { printable } from './text.ts';

type Log = (level: 'WARN' | 'info', text: string) => void;

export interface FifoOptions {
  readonly stateDir: string;
  readonly handlers: Pick<ControlHandlers, 'standby' | 'takeover'>;
  readonly log: Log;
}

/** Milliseconds for the program that makes it. */
const makeLimit = 5000;
/** What asks for nothing here is logged so often, then only counted. */
const mostRemarks = 20;

const run = promisify(execFile);

/** Where Heartbeat's scripts write what they want of the daemon. */
export function fifoPath(stateDir: string): string {
  return join(stateDir, 'fifo');
}

/**
 * The FIFO of Heartbeat, so that its own hb_standby and hb_takeover work (spec wire.md 11): mode 0600, this user's. Writers come and
 * go; what they write by halves or across each other is counted, and nothing of it is believed.
 */
export class Fifo {
  readonly #options: FifoOptions;
  readonly #messages = new FifoMessages();
  readonly #socket: Socket;
  #taken = 0;
  #ignored = 0;

  /** Rejects where there can be none, as on a file system without. */
  static async open(options: FifoOptions): Promise<Fifo> {
    const path = fifoPath(options.stateDir);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
      options.log('info', `Creating FIFO ${path}.`);
      mkdirSync(options.stateDir, { recursive: true });
      await run('mkfifo', ['-m', '600', path], {
        timeout: makeLimit,
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      });
    }
    if (lstatSync(path).isFIFO()) return new Fifo(path, options);
    throw new Error(`${path} is no FIFO: remove it`);
  }

  private constructor(path: string, options: FifoOptions) {
    this.#options = options;
    chmodSync(path, 0o600);
    // Also for writing: as long as there is a writer, there is no end when the last script goes.
    const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    this.#socket = new Socket({ fd: descriptor, readable: true, writable: false });
    this.#socket.on('data', (bytes: Buffer) => {
      for (const message of this.#messages.push(bytes)) this.#take(message);
    });
    this.#socket.on('error', (error) => options.log('WARN', `${path} cannot be read: ${error.message}`));
  }

  report(): FifoReport {
    return { taken: this.#taken, ignored: this.#ignored, garbage: this.#messages.garbage };
  }

  /** The FIFO stays, as Heartbeat's does. */
  close(): void {
    this.#socket.destroy();
  }

  #take(message: Message): void {
    const wish = fifoWish(message);
    if (wish === null) {
      this.#ignored += 1;
      if (this.#ignored <= mostRemarks)
        this.#options.log(
          'WARN',
          `FIFO message ${printable(message.text('t') ?? '(no type)').slice(0, 60)} ignored.`,
        );
      return;
    }
    this.#taken += 1;
    void this.#carryOut(wish.command, wish.set);
  }

  /** Nobody waits for an answer: only what was refused is worth a line, the movement writes its own. */
  async #carryOut(
    command: 'standby' | 'takeover',
    set: Parameters<ControlHandlers['standby']>[0],
  ): Promise<void> {
    const { handlers, log } = this.#options;
    try {
      const { ok, text } = await handlers[command](set, () => {});
      if (!ok) log('WARN', `${command} ${set}, asked for through the FIFO: ${text}`);
    } catch (error) {
      log('WARN', `${command} ${set}, asked for through the FIFO, failed: ${errorText(error)}`);
    }
  }
}
