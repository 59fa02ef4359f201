import { run } from '../build/command.ts';
import type { Target } from '../build/target.ts';

/** The C library of the other processor, as Debian's cross compilers have it. */
const CROSS = '/usr/aarch64-linux-gnu/lib/';

/** The libraries that a program asks for: where they belong in its box, and where they are on this machine. */
export async function librariesOf(executable: string, target: Target): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (target.native) {
    const text = await run(['ldd', executable]);
    for (const [, path = ''] of text.matchAll(/(?:=> )?(\/\S+) \(0x/g)) found.set(path, path);
    return found;
  }
  const waiting = [executable];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const text = await run([`${target.prefix}readelf`, '--dynamic', file]);
    for (const [, name = ''] of text.matchAll(/\(NEEDED\).*\[(.+)\]/g)) {
      if (found.has(`/lib/${name}`)) continue;
      found.set(`/lib/${name}`, CROSS + name);
      waiting.push(CROSS + name);
    }
  }
  return found;
}
