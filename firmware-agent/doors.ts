import { mkdirSync } from 'node:fs';
import type { Server } from 'node:net';
import { callerOf } from '../hw/caller.ts';
import { errorText } from '../hw/error.ts';
import type { Config, ConsoleConfig } from './config/config.ts';
import type { AgentOptions } from './console/command-context.ts';
import type { ControlHandlers } from './console/control-protocol.ts';
import { type ControlServer, startControlServer } from './console/control-server.ts';
import { Fifo } from './console/fifo.ts';
import { ownWords } from './console/names/own-words.ts';
import type { FifoReport } from './console/report.ts';
import { ConsolePort } from './console-port.ts';
import { HeartbeatMenu, type HeartbeatMenuOptions } from './heartbeat-menu.ts';
import type { Log } from './resources/log.ts';
import { beSoleAgent } from './sole-agent.ts';

export interface DoorsOptions {
  readonly config: Config;
  readonly directories: AgentOptions;
  readonly handlers: ControlHandlers;
  readonly log: Log;
  /** Of a link, as of the menu on its port. */
  readonly isSilent: (link: string) => boolean;
  readonly rest: (link: string) => ReturnType<HeartbeatMenuOptions['rest']>;
}

/** The ways in: by one of them comes whatever an operator, a program or a technician asks of the agent. */
export class Doors {
  readonly #options: DoorsOptions;
  #claim: Server | null = null;
  #control: ControlServer | null = null;
  #fifo: Fifo | null = null;
  #console: ConsolePort | null = null;
  /** By their links. */
  readonly #menus = new Map<string, HeartbeatMenu>();

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
      log('WARN', `There is no FIFO: ${errorText(error)}`);
    }
    this.#console = this.#openConsole();
    this.#openMenus();
  }

  /** Bytes came in on a serial link. */
  overhear(link: string, bytes: Uint8Array): void {
    this.#menus.get(link)?.overhear(bytes);
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
    const menus = [...this.#menus.values()].map((menu) => menu.close());
    await Promise.all([this.#control?.close(), this.#console?.close(), ...menus]);
  }

  #openConsole(): ConsolePort | null {
    const { config, log } = this.#options;
    if (config.console === null) return null;
    const { path, baud } = config.console;
    return new ConsolePort({ path, baud, node: config.self, command: this.#menuOf(config.console), log });
  }

  #openMenus(): void {
    const { config, log, isSilent, rest } = this.#options;
    if (config.heartbeatConsole === null) return;
    const { login } = config.heartbeatConsole;
    for (const medium of config.media) {
      if (medium.kind !== 'serial') continue;
      const { name, path, baud } = medium;
      const menu = new HeartbeatMenu({
        path,
        baud,
        node: config.self,
        peer: config.peer,
        command: this.#menuOf({ path, baud, login }),
        log,
        isSilent: () => isSilent(name),
        rest: () => rest(name),
      });
      this.#menus.set(name, menu);
    }
  }

  /** The program of the menu at a port. */
  #menuOf({ path, baud, login }: ConsoleConfig): readonly [string, ...string[]] {
    const { config, directories } = this.#options;
    const words = ['--port-name', path, '--baud', String(baud), ...(login ? ['--login'] : [])];
    const { debug: _, ...places } = { ...directories, node: config.self };
    return [process.execPath, ...ownWords('console', places), ...words];
  }
}
