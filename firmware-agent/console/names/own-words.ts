import { resolve } from 'node:path';
import { isSea } from 'node:sea';
import type { AgentOptions } from '../command-context.ts';
import { directoryWords } from './directories.ts';

/** How this program runs a command of its own from anywhere: what stands after its path. */
export function ownWords(command: string, options: Omit<AgentOptions, 'debug'>): string[] {
  const { configDir, stateDir, runDir, ...rest } = options;
  const absolute = { configDir: resolve(configDir), stateDir: resolve(stateDir), runDir: resolve(runDir) };
  // The single executable is its own script.
  const script = isSea() ? [] : [...process.execArgv, resolve(process.argv[1] ?? '')];
  return [...script, command, ...directoryWords({ ...rest, ...absolute })];
}
