import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { tar } from '../../firmware-agent/console/support/tar.ts';

t.test('tar reads what we wrote: names, sizes, times and modes', async (t) => {
  const entries = [
    { name: 'folder/empty.txt', text: '' },
    { name: 'folder/a.txt', text: 'ä'.repeat(256) },
    { name: 'folder/b.txt', text: 'x'.repeat(70_000) },
    { name: `folder/${'n'.repeat(93)}`, text: 'last\n' },
  ];
  const dir = t.testdir();
  const archive = join(dir, 'a.tar');
  writeFileSync(archive, tar(entries, 1_700_000_000));
  const listed = execFileSync('tar', ['--utc', '-tvf', archive], { encoding: 'utf8' }).trim().split('\n');
  t.equal(listed.length, entries.length);
  t.match(listed[1], /^-rw------- .* 512 2023-11-14 22:13 folder\/a\.txt$/);
  for (const { name, text } of entries)
    t.equal(execFileSync('tar', ['-xOf', archive, name], { encoding: 'utf8' }), text, name);
});

t.test('a name that does not fit is refused', async (t) => {
  for (const name of ['', '/etc/passwd', 'ü', 'a b', 'n'.repeat(101)])
    t.throws(() => tar([{ name, text: '' }], 0), RangeError, name);
});
