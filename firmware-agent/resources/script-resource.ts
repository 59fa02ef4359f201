import { join } from 'node:path';
import type { ScriptResource as ScriptConfig } from '../config/config.ts';
import { firstExecutable } from './executable.ts';
import { Program, type ProgramOptions } from './program.ts';
import { ResourceError } from './resource.ts';

export interface ScriptOptions extends ProgramOptions {
  /** Searched in this order: `resource.d` of the configuration directory, then `/etc/init.d`. */
  readonly directories: readonly string[];
}

/** A resource script, called as `SCRIPT ARG... ACTION` (spec config.md 5). */
export class Script extends Program {
  constructor({ text, script, args }: ScriptConfig, options: ScriptOptions) {
    const paths = options.directories.map((directory) => join(directory, script));
    super(
      {
        text,
        law: 'an LSB-compliant script',
        args: (action) => [...args, action],
        understand: ({ output }) => (saysRunning(output) ? 'running' : 'stopped'),
        async locate() {
          const path = await firstExecutable(paths);
          if (path === undefined) throw new ResourceError(`Cannot locate resource script ${script}`);
          return path;
        },
      },
      options,
    );
  }
}

/** The output decides, whatever the exit code (spec config.md 5). */
export function saysRunning(output: string): boolean {
  if (/[Nn]ot [Rr]unning/.test(output)) return false;
  return /[Rr]unning|OK/.test(output);
}
