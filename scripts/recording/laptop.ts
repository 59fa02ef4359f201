import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { run } from '../build/command.ts';
import { ENVIRONMENT, ended } from '../laboratory/command.ts';
import { until } from '../laboratory/wait.ts';

/** Milliseconds for anything that is shown here; the cable doctor takes longest. */
const PATIENCE = 120_000;
/** Milliseconds between two keys. */
const GAP = 60;
/** Words before a command that make it end with this process, however this one ends. */
const BOUND = ['--pdeathsig', 'KILL'];
const FONT = ['-fa', 'DejaVu Sans Mono', '-fs', '11'];
const LOOK = [...FONT, ...'-geometry 80x24+0+0 -bg black -fg gray90'.split(' ')];

/** A technician's: xterm, 80x24, with picocom in it, on a screen of its own that nobody sees. */
export class Laptop {
  readonly #screen: ChildProcess;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #log: string;
  #window = '';

  private constructor(screen: ChildProcess, environment: NodeJS.ProcessEnv, log: string) {
    this.#screen = screen;
    this.#environment = environment;
    this.#log = log;
  }

  /** One that is plugged into this serial port. `directory`: a new one for its files. */
  static async open(port: string, baud: number, directory: string): Promise<Laptop> {
    mkdirSync(directory);
    const log = join(directory, 'received');
    const screen = spawn('setpriv', [...BOUND, 'Xvfb', '-displayfd', '3', '-screen', '0', '1024x768x24'], {
      env: ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const display = `:${await firstLine(screen.stdio[3] as Readable)}`;
    // Whoever makes the recording has settings of his own.
    const environment = { ...ENVIRONMENT, DISPLAY: display, HOME: directory, LC_ALL: 'C' };
    const laptop = new Laptop(screen, environment, log);
    try {
      await laptop.#connect(port, baud);
    } catch (error) {
      await laptop.close();
      throw error;
    }
    return laptop;
  }

  /** Types a line key by key, and waits until what comes then ends like this. */
  async says(line: string, end: RegExp): Promise<void> {
    const from = this.received.length;
    if (line !== '') await this.#run('xdotool', 'type', '--delay', String(GAP), line);
    await this.#run('xdotool', 'key', 'Return');
    const answer = () => this.received.slice(from);
    const what = () => `${end} after "${line}", and saw ${JSON.stringify(answer())}`;
    await until(what, () => end.test(answer()), PATIENCE);
  }

  /** All that came through the cable. */
  get received(): string {
    return readFileSync(this.#log, 'latin1');
  }

  /** Keeps what the screen shows now, as PNG. */
  async picture(path: string): Promise<void> {
    await this.#run('import', '-window', this.#window, '-colors', '16', '-strip', `png8:${path}`);
  }

  async close(): Promise<void> {
    this.#screen.kill();
    await ended(this.#screen, PATIENCE);
  }

  async #connect(port: string, baud: number): Promise<void> {
    const picocom = ['picocom', '--quiet', '--nolock', '--baud', String(baud), '--logfile', this.#log, port];
    // It ends with its screen.
    const xterm = spawn('xterm', [...LOOK, '-e', ...picocom], { env: this.#environment, stdio: 'ignore' });
    const begins = () => existsSync(this.#log) || xterm.exitCode !== null;
    await until('picocom to begin', begins, PATIENCE);
    if (xterm.exitCode !== null) throw new Error(`${picocom.join(' ')} does not run in xterm`);
    const found = await this.#run('xdotool', 'search', '--sync', '--onlyvisible', '--class', 'xterm');
    this.#window = found.trim();
    await this.#run('xdotool', 'windowfocus', this.#window);
  }

  #run(...argv: string[]): Promise<string> {
    return run(argv, { env: this.#environment, limit: PATIENCE });
  }
}

/** Xvfb writes it when it is ready, in pieces. */
async function firstLine(stream: Readable): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line;
  throw new Error('Xvfb does not start');
}
