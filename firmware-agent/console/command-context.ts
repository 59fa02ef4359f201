import type { PaintedTerminal } from './screen-painter.ts';

/** The directories that every command takes. */
export interface Directories {
  readonly configDir: string;
  readonly stateDir: string;
  readonly runDir: string;
  /** `--node`; absent: the nodeinfo file, else `uname -n`. */
  readonly node?: string;
}

/** What the agent is started with. */
export interface AgentOptions extends Directories {
  /** Added to `debug` of ha.cf. */
  readonly debug?: number;
}

/** What commands ask of the hardware; main.ts brings it in. */
export interface Machine {
  serialPorts(): Promise<readonly string[]>;
  /** Interfaces that have an IPv4 address, and none with a broadcast address. */
  broadcastless(): Promise<readonly string[]>;
  neighbour(address: string): Promise<{ readonly mac: string } | { readonly reason: string }>;
}

/** Where a command's words go. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** Set where the output is a screen that can be painted on, null where it is a file or a pipe. */
  readonly screen: PaintedTerminal | null;
}

/** All that a command has besides its own arguments. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly machine: Machine;
  /** Runs the agent until it is told to stop; resolves with its exit code. */
  readonly runAgent: (options: AgentOptions) => Promise<number>;
  /**
   * Starts the agent as a daemon; resolves with 0 when it answers, else with its exit code. `said` gets what it says until
   * then.
   */
  readonly startDaemon: (options: AgentOptions, said: (line: string) => void) => Promise<number>;
  /** Puts the agent in the place of this process; returns where that cannot be done. */
  readonly becomeAgent: (options: AgentOptions) => void;
}
