import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from './box.ts';
import { attempt, COMMAND_LIMIT, type Outcome } from './command.ts';
import { until } from './wait.ts';

/** A machine that does not come up in so many milliseconds does not come up. */
const BOOT_LIMIT = 10_000;

/** A directory of the machine that is its own: what others find at `place`, it keeps at `from`. */
export interface Mount {
  readonly from: string;
  readonly place: string;
}

/**
 * The running system of a box for a daemon that wants a whole machine to itself: a mount, UTS, IPC and pid namespace, with
 * a first process that outlives every daemon and buries orphans. It ends with the box's power.
 */
export class Machine {
  readonly #box: Box;
  readonly #mounts: readonly Mount[];
  /** Shell commands that the first process runs before the machine is up. */
  readonly #setup: string;
  #init: number | undefined;

  constructor(box: Box, mounts: readonly Mount[], setup: string) {
    this.#box = box;
    this.#mounts = mounts;
    this.#setup = setup;
  }

  /** The box must have power. */
  async boot(): Promise<void> {
    const ready = join(this.#box.directory, 'booted');
    const script = join(this.#box.directory, 'boot.sh');
    rmSync(ready, { force: true });
    writeFileSync(script, this.#script(ready));
    const namespaces = ['--mount', '--uts', '--ipc', '--pid', '--mount-proc'];
    const child = this.#box.start(['unshare', ...namespaces, '--fork', 'sh', script], 'boot');
    child.unref();
    let failure: string | null = null;
    child.on('error', (error) => {
      failure = error.message;
    });
    await until(
      () => `${this.#box.seat} to boot: ${failure ?? this.#complaint(child)}`,
      () => failure !== null || child.exitCode !== null || existsSync(ready),
      BOOT_LIMIT,
    );
    if (!existsSync(ready))
      throw new Error(`${this.#box.seat} does not boot: ${failure ?? this.#complaint(child)}`);
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    this.#init = Number(children.trim());
  }

  /** Start a long-running command on the machine, its output appended to a file in the box's directory. */
  start(argv: readonly string[], output: string): ChildProcess {
    return this.#box.start([...this.#entry(), ...argv], output);
  }

  /** Run a command on the machine to its end. */
  run(argv: readonly string[], limit = COMMAND_LIMIT): Promise<Outcome> {
    return attempt([...this.#entry(), ...argv], '', limit);
  }

  /** End everything but the first process, at once and without a chance to say goodbye. */
  async killAll(): Promise<void> {
    await this.run(['sh', '-c', 'kill -KILL -1']);
  }

  #entry(): string[] {
    if (this.#init === undefined) throw new Error(`${this.#box.seat} was never booted`);
    return ['nsenter', '--target', String(this.#init), '--mount', '--uts', '--ipc', '--net', '--pid', '--'];
  }

  #script(ready: string): string {
    return [
      'set -e',
      `hostname ${this.#box.seat}`,
      ...this.#mounts.map(({ from, place }) => `mount --bind '${from}' '${place}'`),
      this.#setup,
      `touch '${ready}'`,
      // Nothing that ends may end the machine; sleeping in the foreground buries orphans every second.
      'set +e',
      'trap "" HUP INT TERM',
      'while :; do sleep 1; done',
      '',
    ].join('\n');
  }

  #complaint(child: ChildProcess): string {
    const said = readFileSync(join(this.#box.directory, 'boot'), 'utf8').trim();
    return `${said || 'it says nothing'} (exit ${child.exitCode ?? child.signalCode ?? 'none yet'})`;
  }
}
