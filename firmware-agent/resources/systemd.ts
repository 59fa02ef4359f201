import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemdResource } from '../config/config.ts';
import { firstExecutable } from './executable.ts';
import { type Answer, Program, type ProgramOptions } from './program.ts';
import { ResourceError } from './resource.ts';

/** There only where systemd is what this box was booted with. */
const defaultMark = '/run/systemd/system';
/** Exit code of `systemctl stop`: there is no such unit. */
const notLoaded = 5;

export interface SystemdOptions extends ProgramOptions {
  /** `/run/systemd/system` unless told. */
  readonly systemdMark?: string;
}

/** A unit of systemd: `systemctl start|stop|is-active UNIT`, found in the PATH of the environment. */
export class SystemdUnit extends Program {
  constructor({ text, unit }: SystemdResource, options: SystemdOptions) {
    const { environment, systemdMark = defaultMark } = options;
    const directories = (environment.PATH ?? '').split(':').filter((directory) => directory !== '');
    super(
      {
        text,
        law: 'as systemd should be',
        absent: [notLoaded],
        args: (action) => [action === 'status' ? 'is-active' : action, unit],
        understand: ({ output }) => answerOf(output),
        async locate() {
          const path = await firstExecutable(directories.map((directory) => join(directory, 'systemctl')));
          if (path === undefined || !existsSync(systemdMark))
            throw new ResourceError(`Cannot start or stop ${unit}: this box does not run systemd`);
          return path;
        },
      },
      options,
    );
  }
}

/** One that is on its way up or down is neither: a start or a stop joins it and waits. */
function answerOf(output: string): Answer {
  const lines = output.split('\n').map((line) => line.trim());
  if (lines.includes('active') || lines.includes('reloading')) return 'running';
  return lines.includes('inactive') || lines.includes('failed') ? 'stopped' : 'unknown';
}
