import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ownVersion } from '../build/bundle.ts';
import { run } from '../build/command.ts';
import type { DebOptions } from './deb.ts';
import { layOut } from './stage.ts';

/** Make the archive for systems without dpkg, unpacked anywhere and put in place by its scripts/install; gives its path. */
export async function makeArchive({ target, into, scratch, epoch, quick }: DebOptions): Promise<string> {
  const name = `twinbeat-${ownVersion()}-linux-${target.architecture}`;
  mkdirSync(join(scratch, name), { recursive: true });
  await layOut(target, join(scratch, name));
  const output = join(into, `${name}.tar.gz`);
  const same = ['--sort=name', '--owner=root:0', '--group=root:0', '--mode=u=rwX,go=rX', `--mtime=@${epoch}`];
  const gzip = `gzip -n -${quick ? 1 : 6}`;
  await run(['tar', '-C', scratch, ...same, '--use-compress-program', gzip, '-cf', output, name]);
  return output;
}
