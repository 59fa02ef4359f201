import { mkdirSync, readdirSync } from 'node:fs';
import { run } from '../build/command.ts';
import { DIST, scratchFolder } from '../build/paths.ts';
import { progress } from '../build/progress.ts';
import { type Architecture, DEBIAN_NAMES } from '../build/target.ts';

/**
 * The system's package sources asked for one processor, with lists of their own: they are new, and the system need not know that
 * processor.
 */
export class PackageSource {
  readonly #options: readonly string[];
  /** For what is fetched; gone with this process. */
  readonly scratch: string;

  private constructor(options: readonly string[], scratch: string) {
    this.#options = options;
    this.scratch = scratch;
  }

  static async open(architecture: Architecture): Promise<PackageSource> {
    const folder = `${DIST}appliance/apt/${architecture}/`;
    for (const part of ['state/lists/partial', 'cache/archives/partial'])
      mkdirSync(folder + part, { recursive: true });
    const settings = [
      ...['APT::Architecture', 'APT::Architectures'].map((name) => `${name}=${DEBIAN_NAMES[architecture]}`),
      `Dir::State=${folder}state`,
      'Dir::State::status=/dev/null',
      `Dir::Cache=${folder}cache`,
      'APT::Sandbox::User=root',
    ];
    const options = settings.flatMap((setting) => ['-o', setting]);
    const source = new PackageSource(options, `${scratchFolder()}${architecture}/`);
    await run(['apt-get', ...source.#options, 'update']);
    return source;
  }

  /** The first package, of those whose name matches, that a package depends on. */
  async dependency(name: string, wanted: RegExp): Promise<string> {
    const text = await run(['apt-cache', ...this.#options, 'depends', name]);
    const found = [...text.matchAll(/Depends: (\S+)/g)].map((match) => match[1] ?? '');
    const fitting = found.find((dependency) => wanted.test(dependency));
    if (fitting === undefined)
      throw new Error(
        `apt knows nothing that ${name} depends on: on another system than Debian there is none`,
      );
    return fitting;
  }

  /** Fetch a package and unpack it, without installing it; the folder with what it holds. */
  async fetch(name: string): Promise<string> {
    const folder = `${this.scratch}${name}/`;
    mkdirSync(folder, { recursive: true });
    progress(`appliance: fetching ${name}`);
    await run(['apt-get', ...this.#options, 'download', name], { cwd: folder });
    const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
    if (file === undefined) throw new Error(`apt-get download ${name} left no package`);
    await run(['dpkg', '-x', folder + file, `${folder}root`]);
    return `${folder}root`;
  }
}
