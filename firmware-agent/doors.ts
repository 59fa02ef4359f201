import { mkdirSync } from 'node:fs';
import type { Server } from 'node:net';
import { callerOf } from '../hw/caller.ts';
import type { Config } from './config/config.ts';
import type { AgentOptions } from './console/command-context.ts';
import type { ControlHandlers } from './console/control-protocol.ts';
import { type ControlServer, startControlServer } from './console/control-server.ts';
import { Fifo } from './console/fifo.ts';
import { ownWords } from './console/names/own-words.ts';
import type { FifoReport } from './console/report.ts';
import { ConsolePort } from './console-port.ts';
import type { Log } from './resources/log.ts';
import { beSoleAgent } from './sole-agent.ts';

export interface DoorsOptions {
  readonly config: Config;
  readonly directories: AgentOptions;
  readonly handlers: ControlHandlers;
  readonly log: Log;
}

/** The ways in: by one of them comes whatever an operator, a program or a technician asks of the agent. */
export class Doors {
  readonly #options: DoorsOptions;
  #claim: Server | null = null;
  #control: ControlServer | null = null;
  #fifo: Fifo | null = null;
  #console: ConsolePort | null = null;

  constructor(options: DoorsOptions) {
    this.#options = options;
  }

  /** Rejects where another agent runs on the same run directory, or that cannot be used. */
  async open(): Promise<void> {
    const { config, directories, handlers, log } = this.#options;
    const { runDir } = directories;
    mkdirSync(runDir, { recursive: true });
    this.#claim = await beSoleAgent(config.self);
    const report = (text: string) => log('WARN', text);
    this.#control = await startControlServer({ runDir, handlers, api: config.api, callerOf, report });
  }

  /** Those without which an agent does as well. */
  async openOthers(): Promise<void> {
    const { directories, handlers, log } = this.#options;
    try {
      this.#fifo = await Fifo.open({ stateDir: directories.stateDir, handlers, log });
    } catch (error) {
      log('WARN', `There is no FIFO: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#console = this.#openConsole();
  }

  /** This agent is the one of its name here. */
  get areOurs(): boolean {
    return this.#claim !== null;
  }

  fifoReport(): FifoReport | null {
    return this.#fifo?.report() ?? null;
  }

  /** By new files, others may ask. */
  admit(api: Config['api']): void {
    this.#control?.admit(api);
  }

  async close(): Promise<void> {
    this.#claim?.close();
    this.#fifo?.close();
    await Promise.all([this.#control?.close(), this.#console?.close()]);
  }

  #openConsole(): ConsolePort | null {
    const { config, directories, log } = this.#options;
    if (config.console === null) return null;
    const { path, baud, login } = config.console;
    const words = ['--port-name', path, '--baud', String(baud), ...(login ? ['--login'] : [])];
    const { debug: _, ...places } = { ...directories, node: config.self };
    return new ConsolePort({
      path,
      baud,
      node: config.self,
      command: [process.execPath, ...ownWords('console', places), ...words],
      log,
    });
  }
}
