import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { Box } from '../../../scripts/laboratory/box.ts';
import type { Outcome } from '../../../scripts/laboratory/command.ts';
import { layBench } from '../../../scripts/laboratory/laboratory.ts';
import { Machine } from '../../../scripts/laboratory/machine.ts';
import { settingsOf, writeSettings } from '../../../scripts/laboratory/settings.ts';
import { systemRoot } from '../../../scripts/laboratory/system-root.ts';
import { TIMES } from '../../laboratory/support/running-pair.ts';

/** Installing is unpacking 120 MB on a busy machine; milliseconds. */
const LIMIT = 90_000;

/** One box with a Debian of its own: what is changed in it is gone with the test, and so is all that it mounts. */
export class System {
  readonly box: Box;
  readonly #machine: Machine;
  readonly #root: string;

  private constructor(box: Box) {
    this.box = box;
    const at = (name: string) => join(box.directory, name);
    this.#root = at('root');
    for (const name of ['upper', 'work', 'root']) mkdirSync(at(name));
    const layers = `lowerdir=${systemRoot()},upperdir=${at('upper')},workdir=${at('work')}`;
    const setup = `
mount -t overlay overlay -o '${layers}' '${this.#root}'
mount -t proc proc '${this.#root}/proc'
mount -t tmpfs tmpfs '${this.#root}/run'
mount --rbind /dev '${this.#root}/dev'`;
    this.#machine = new Machine(box, [], setup);
  }

  static async boot(t: Test): Promise<System> {
    const bench = await layBench(19200);
    t.teardown(() => bench.close());
    const system = new System(bench.boxes.nodea);
    await system.box.powerOn();
    await system.#machine.boot();
    return system;
  }

  /** Run a command in the box's Debian. */
  run(...argv: string[]): Promise<Outcome> {
    const env = [
      'env',
      '-i',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'LC_ALL=C',
      'DEBIAN_FRONTEND=noninteractive',
    ];
    return this.#machine.run([...env, 'chroot', this.#root, ...argv], LIMIT);
  }

  /** Run a command that must succeed; what it said, on both streams. */
  async must(...argv: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...argv);
    if (code !== 0) throw new Error(`${argv.join(' ')}: exit ${code}: ${stdout}${stderr}`);
    return stdout + stderr;
  }

  async has(path: string): Promise<boolean> {
    return (await this.run('test', '-e', path)).code === 0;
  }

  /** Copy what this machine has into the box. */
  async bring(from: string, to: string): Promise<void> {
    const { code, stderr } = await this.#machine.run(['cp', '-r', from, this.#root + to], LIMIT);
    if (code !== 0) throw new Error(stderr);
  }

  /** Unpack a Debian package without installing it. */
  async unpack(deb: string): Promise<void> {
    const script = 'dpkg-deb --fsys-tarfile "$1" | tar -xC "$2" --keep-directory-symlink';
    const { code, stderr } = await this.#machine.run(['sh', '-c', script, 'sh', deb, this.#root], LIMIT);
    if (code !== 0) throw new Error(stderr);
  }

  /** An operator writes the files of a pair. */
  async configure(): Promise<void> {
    const { seat, serial, directory } = this.box;
    const files = join(directory, 'ha.d');
    writeSettings(files, seat, serial.ports[seat], '/var/log/ha-log', settingsOf(TIMES));
    await this.bring(`${files}/.`, '/etc/ha.d/');
  }

  /** The agent's process; null: none runs. */
  async agent(): Promise<string | null> {
    const { code, stdout } = await this.run('/usr/lib/twinbeat/heartbeat', '-s');
    return code === 0 ? (/pid (\d+)/.exec(stdout)?.[1] ?? null) : null;
  }
}
