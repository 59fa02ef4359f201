import type { Socket } from 'node:net';

interface Waiting {
  readonly end: RegExp;
  resolve(match: RegExpExecArray): void;
  reject(error: Error): void;
}

const MARK = /<<\d+:\d+>>\n/;
/** More is not kept of what nobody waits for. */
const MOST = 1 << 20;

/** The laboratory's shell in a machine, on a port that is not under test. One command at a time. */
export class Shell {
  readonly #socket: Socket;
  #text = '';
  #waiting: Waiting | undefined;
  #count = 0;
  #last: Promise<unknown> = Promise.resolve();
  /** How often a shell began: once a boot. */
  boots = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => this.#heard(text));
    socket.on('error', () => undefined);
  }

  /** Run a command to its end and give what it printed. Rejects where it fails, or does not end in time (ms). */
  run(command: string, limit = 20_000): Promise<string> {
    const turn = this.#last.then(() => this.#run(command, limit));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Begin a command and do not wait for its end: that of the box, perhaps. */
  begin(command: string): void {
    this.#socket.write(`${command}\n`);
  }

  close(): void {
    this.#socket.destroy();
  }

  #run(command: string, limit: number): Promise<string> {
    const mark = `<<${++this.#count}:`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = undefined;
        reject(new Error(`no answer within ${limit / 1000} s to: ${command}`));
      }, limit);
      this.#waiting = {
        end: new RegExp(`${mark}(\\d+)>>\\n`),
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
        resolve: (match) => {
          clearTimeout(timer);
          // What was waited for in vain may have been said since.
          const said = match.input.slice(0, match.index).split(MARK).at(-1) ?? '';
          if (match[1] === '0') resolve(said);
          else reject(new Error(`${command}: exit ${match[1]}: ${said.trim()}`));
        },
      };
      this.#text = '';
      this.#socket.write(`{ ${command}\n} </dev/null 2>&1; echo "${mark}$?>>"\n`);
    });
  }

  #heard(text: string): void {
    if (text.includes('<<ready>>')) {
      this.boots += 1;
      this.#waiting?.reject(new Error('the box booted meanwhile'));
      this.#waiting = undefined;
    }
    this.#text = (this.#text + text.replaceAll('\r', '')).slice(-MOST);
    const match = this.#waiting?.end.exec(this.#text);
    if (!match) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(match);
  }
}
