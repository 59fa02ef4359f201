import { type ExecFileException, execFile } from 'node:child_process';

/** No step of a build takes longer, even on a slow machine; in milliseconds. */
const LIMIT = 300_000;

/** Ordinary users of Debian do not have the administrator's directories in their PATH; `ip` is there. */
const SEARCH = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'].join(':');

export interface CommandOptions {
  /** Milliseconds until the command is killed; 300 000 unless said. */
  readonly limit?: number;
  /** Its whole environment, where that must not be ours. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Run a command to its end and give what it printed. Throws an Error that carries its last words. */
export function run(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const [file = '', ...rest] = argv;
  const { limit = LIMIT, env = { ...process.env, PATH: SEARCH }, cwd } = options;
  return new Promise((resolve, reject) => {
    execFile(
      file,
      rest,
      {
        env,
        timeout: limit,
        killSignal: 'SIGKILL',
        maxBuffer: 16 << 20,
        ...(cwd === undefined ? {} : { cwd }),
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else
          reject(new Error(`${ending(error, limit)}: ${argv.join(' ')}\n${stderr.trim() || stdout.trim()}`));
      },
    );
  });
}

function ending(error: ExecFileException, limit: number): string {
  if (typeof error.code === 'string') return `cannot be run (${error.code})`;
  if (error.killed === true) return `took longer than ${limit / 1000} s`;
  return typeof error.signal === 'string' ? `was killed by ${error.signal}` : `failed (exit ${error.code})`;
}

/** Can this command be run, and does it end well? */
export function works(argv: readonly string[]): Promise<boolean> {
  return run(argv).then(
    () => true,
    () => false,
  );
}
