import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ownVersion } from '../build/bundle.ts';
import { run } from '../build/command.ts';
import { DEBIAN_NAMES, type Target } from '../build/target.ts';
import { writeControl } from './control.ts';
import { followCustoms } from './customs.ts';
import { stage } from './stage.ts';

export interface DebOptions {
  readonly target: Target;
  /** The package is written into this folder. */
  readonly into: string;
  /** A folder for half-made files. */
  readonly scratch: string;
  /** Seconds since 1970: no file in the package is newer, so that the same sources give the same package. */
  readonly epoch: number;
  /** Quickly made and larger, for tests. */
  readonly quick: boolean;
}

/** Make the Debian package and give its path. */
export async function makeDeb({ target, into, scratch, epoch, quick }: DebOptions): Promise<string> {
  const root = join(scratch, `deb-${target.architecture}`);
  mkdirSync(root, { recursive: true });
  await stage(target, root);
  await followCustoms(target, root, epoch);
  await writeControl(target, root);
  const name = `twinbeat_${ownVersion()}_${DEBIAN_NAMES[target.architecture]}.deb`;
  const output = join(into, name);
  const how = quick ? ['-Zgzip', '-z1'] : ['-Zxz', '-z2'];
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch) };
  await run(['dpkg-deb', '--root-owner-group', ...how, '--build', root, output], { env });
  return output;
}
