import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from '../../firmware-agent/console/control-client.ts';
import type { ResourceSet } from '../../firmware-agent/console/control-protocol.ts';
import type { StatusReport } from '../../firmware-agent/console/report.ts';
import type { Box } from './box.ts';
import { ended, type Outcome } from './command.ts';
import { LogFile } from './log-file.ts';
import { type PairSettings, writeSettings } from './settings.ts';

export const EXECUTABLE = fileURLToPath(new URL('../../dist/twinbeat-linux-x64', import.meta.url));

/** A box with a daemon of any kind on it: what scenarios do to it does not depend on which. */
export interface PairNode {
  readonly box: Box;
  readonly log: LogFile;
  /** Power on and start the daemon. */
  boot(): Promise<void>;
  /** Power loss. */
  kill(): Promise<void>;
  /** Start the daemon on a box that has power. */
  startDaemon(): void;
  /** The daemon crashes; the box lives on and keeps its addresses. */
  crash(): Promise<void>;
  /** The daemon is asked to end, and does. */
  stop(): Promise<void>;
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  standby(set?: ResourceSet): Promise<void>;
  takeover(set?: ResourceSet): Promise<void>;
}

/** Milliseconds that an agent has for its status, for moving resources, and for a graceful end. */
const STATUS_LIMIT = 2000;
const MOVE_LIMIT = 130_000;
const STOP_LIMIT = 30_000;

/** A node that runs Twinbeat: the executable as it is shipped, with directories of its own. */
export class TwinbeatNode implements PairNode {
  readonly box: Box;
  readonly settings: PairSettings;
  readonly log: LogFile;
  /** What the agent says besides its log: its standard output and error. */
  readonly said: LogFile;
  readonly runDirectory: string;
  readonly #executable: string;
  readonly #configDirectory: string;
  readonly #stateDirectory: string;
  #agent: ChildProcess | undefined;
  /** Agents that were told to end, or whose box lost its power. */
  readonly #doomed = new WeakSet<ChildProcess>();
  #failure: string | null = null;

  constructor(box: Box, settings: PairSettings, executable = EXECUTABLE) {
    if (!existsSync(executable)) throw new Error(`${executable} is missing: build it with \`npm run build\``);
    this.box = box;
    this.settings = settings;
    this.log = new LogFile(join(box.directory, 'ha-log'));
    this.said = new LogFile(join(box.directory, 'said'));
    this.runDirectory = join(box.directory, 'run');
    this.#executable = executable;
    this.#configDirectory = join(box.directory, 'ha.d');
    this.#stateDirectory = join(box.directory, 'state');
    for (const directory of [this.runDirectory, this.#stateDirectory])
      mkdirSync(directory, { recursive: true });
    this.writeSettings(settings);
  }

  /** The pid of the agent that was started last and has not ended. */
  get agentPid(): number | undefined {
    const agent = this.#agent;
    return agent?.exitCode === null && agent.signalCode === null ? agent.pid : undefined;
  }

  /** How the agent that was started last ended unasked; null: it did not. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Other files than at the beginning; the agent finds them at its next start. */
  writeSettings(settings: PairSettings): void {
    const { seat, serial } = this.box;
    writeSettings(this.#configDirectory, seat, serial.ports[seat], this.log.path, settings);
  }

  async boot(): Promise<void> {
    await this.box.powerOn();
    this.startDaemon();
  }

  async kill(): Promise<void> {
    if (this.#agent !== undefined) this.#doomed.add(this.#agent);
    await this.box.powerOff();
  }

  startDaemon(): void {
    if (this.agentPid !== undefined) throw new Error(`the agent of ${this.box.seat} runs already`);
    const config = ['--config-dir', this.#configDirectory, '--state-dir', this.#stateDirectory];
    const run = ['--run-dir', this.runDirectory, '--node', this.box.seat];
    const agent = this.box.start([this.#executable, 'run', ...config, ...run], 'said');
    agent.on('error', (error) => this.#failed(agent, error.message));
    agent.on('exit', (code, signal) => this.#failed(agent, `ended with ${signal ?? `code ${code}`}`));
    agent.unref();
    this.#agent = agent;
    this.#failure = null;
  }

  async crash(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Have the agent read its keys again. */
  async reload(): Promise<void> {
    if (this.agentPid === undefined) throw new Error(`${this.box.seat} runs no agent`);
    process.kill(this.agentPid, 'SIGHUP');
  }

  freeze(): Promise<void> {
    return this.box.freeze();
  }

  thaw(): Promise<void> {
    return this.box.thaw();
  }

  async standby(set: ResourceSet = 'all'): Promise<void> {
    await this.#command('standby', set);
  }

  async takeover(set: ResourceSet = 'all'): Promise<void> {
    await this.#command('takeover', set);
  }

  /** Run one of the executable's commands on this node. */
  command(...args: string[]): Promise<Outcome> {
    return this.box.run([this.#executable, ...args, '--run-dir', this.runDirectory], MOVE_LIMIT);
  }

  /** The agent's own report; null where no agent answers. */
  async status(): Promise<StatusReport | null> {
    if (this.agentPid === undefined) return null;
    const outcome = await request(this.runDirectory, { command: 'status' }, { limit: STATUS_LIMIT });
    return outcome.kind === 'status' ? outcome.status : null;
  }

  async #command(name: string, set: ResourceSet): Promise<void> {
    const { code, stdout, stderr } = await this.command(name, set);
    if (code === 0) return;
    throw new Error(
      `twinbeat ${name} ${set} on ${this.box.seat}: exit ${code}: ${stderr.trim() || stdout.trim()}`,
    );
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const agent = this.#agent;
    if (agent === undefined || this.agentPid === undefined) throw new Error(`${this.box.seat} runs no agent`);
    this.#doomed.add(agent);
    agent.kill(signal);
    if (!(await ended(agent, STOP_LIMIT))) throw new Error(`the agent of ${this.box.seat} does not end`);
  }

  #failed(agent: ChildProcess, how: string): void {
    if (this.#doomed.has(agent)) return;
    const last = this.said.tail(1).join('');
    this.#failure = `the agent ${how}${last === '' ? '' : `: ${last}`}`;
  }
}
