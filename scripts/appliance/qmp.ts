import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Milliseconds for QEMU to answer. */
const ANSWER_LIMIT = 10_000;

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

/** QEMU's own channel: commands are answered one after the other, events come between. */
export class Qmp {
  readonly #socket: Socket;
  readonly #waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];

  private constructor(socket: Socket, heard: (event: string) => void) {
    this.#socket = socket;
    // That QEMU was killed is told by `close`.
    const ignored = (): undefined => undefined;
    const lines = createInterface(socket).on('line', (line) => this.#read(JSON.parse(line) as Reply, heard));
    lines.on('error', ignored);
    socket.on('error', ignored);
    socket.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('QEMU has ended'));
    });
  }

  /** `heard` is told the name of each event. */
  static async open(path: string, heard: (event: string) => void): Promise<Qmp> {
    const socket = await openSocket(path);
    const qmp = new Qmp(socket, heard);
    await qmp.do('qmp_capabilities');
    return qmp;
  }

  /** Do one command of QEMU's. Rejects with QEMU's own words, or after 10 s. */
  do(execute: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`QEMU does not answer ${execute}`)), ANSWER_LIMIT);
      this.#waiting.push({
        resolve: (value) => {
          clearTimeout(limit);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(limit);
          reject(error);
        },
      });
      this.#socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(reply: Reply, heard: (event: string) => void): void {
    if (reply.event !== undefined) heard(reply.event);
    else if (reply.error !== undefined) this.#waiting.shift()?.reject(new Error(reply.error.desc));
    else if ('return' in reply) this.#waiting.shift()?.resolve(reply.return);
  }
}

/** A connection to a local socket that is there already. */
export function openSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
