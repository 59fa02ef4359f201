import { once } from 'node:events';
import type { CommandContext, Directories } from '../command-context.ts';
import { Pace } from './pace.ts';
import { makeRaw } from './raw-terminal.ts';
import { Session } from './session.ts';

/** A vt100's, where nobody says another one. */
const usualSize = { columns: 80, rows: 24 };

/** Milliseconds for the last words. */
const farewell = 3000;

export interface ConsoleOptions {
  /** The serial port that these pipes lead to; absent: a shell. */
  readonly portName?: string;
  readonly login?: boolean;
  /** Bits per second of the line behind the output. */
  readonly baud?: number;
}

/** `twinbeat console`: the technician's menu on the standard input and output, until logout. Ends the process with 1 where nobody
 * was let in. */
export async function technicianConsole(
  directories: Directories,
  { portName, login = false, baud = Number.POSITIVE_INFINITY }: ConsoleOptions,
  { machine }: Pick<CommandContext, 'machine'>,
): Promise<never> {
  const { stdin, stdout } = process;
  const restore = stdin.isTTY ? makeRaw(stdin) : () => {};
  const session = new Session({
    directories,
    machine,
    output: stdout,
    pace: new Pace(baud),
    lineEnd: stdout.isTTY ? '\n' : '\r\n',
    size: sizeOf(stdout),
    port: portName ?? null,
    login,
  });
  stdin.on('data', (bytes: Buffer) => session.typing.push(bytes));
  stdin.on('end', () => session.typing.close());
  stdin.on('error', () => session.typing.close());
  stdout.on('error', () => session.typing.close());
  stdout.on('resize', () => session.resize(sizeOf(stdout)));
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const)
    process.once(signal, () => session.typing.close());
  const code = await session.run();
  await written(stdout);
  restore();
  // What a command began and nobody waits for any more must not keep this alive.
  process.exit(code);
}

/** What the terminal still has to show, for a while. */
async function written(output: NodeJS.WriteStream): Promise<void> {
  if (output.destroyed || output.writableLength === 0) return;
  await once(output, 'drain', { signal: AbortSignal.timeout(farewell) }).catch(() => undefined);
}

/** A serial line does not tell, and says 0. */
function sizeOf({ columns, rows }: { readonly columns?: number; readonly rows?: number }) {
  return { columns: columns || usualSize.columns, rows: rows || usualSize.rows };
}
