import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { lookupNeighbour } from '../../hw/neighbour.ts';

const directory = mkdtempSync(join(tmpdir(), `twinbeat-${process.pid}-`));
const path = process.env.PATH;
t.teardown(() => {
  process.env.PATH = path;
  rmSync(directory, { recursive: true });
});

/** From here on, `ping` and `arp` are these scripts. */
function install(programs: Readonly<Record<string, string>>): void {
  for (const name of ['ping', 'arp']) rmSync(join(directory, name), { force: true });
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  process.env.PATH = directory;
}

const header = 'Address                  HWtype  HWaddress           Flags Mask            Iface';
const entry = '10.0.0.9                 ether   02:00:00:AA:00:09   C                     eth0';

t.test('who answers', async (t) => {
  const seen = join(directory, 'seen');
  install({
    ping: `echo "ping $@" >> ${seen}`,
    arp: `echo "arp $@" >> ${seen}\necho '${header}'\necho '${entry}'`,
  });
  t.same(await lookupNeighbour('10.0.0.9'), { mac: '02:00:00:aa:00:09' });
  t.equal(readFileSync(seen, 'utf8'), 'ping -c 1 10.0.0.9\narp -n 10.0.0.9\n');
});

t.test('nobody answers', async (t) => {
  const incomplete = '10.0.0.9                         (incomplete)                              eth0';
  install({ ping: 'exit 1', arp: `echo '${header}'\necho '${incomplete}'` });
  t.same(await lookupNeighbour('10.0.0.9'), { reason: 'no answer' });
  install({ ping: 'exit 1', arp: 'echo "10.0.0.9 (10.0.0.9) -- no entry"' });
  t.same(await lookupNeighbour('10.0.0.9'), { reason: 'no answer' });
});

t.test("the package's complaints stay out of the command's output", async (t) => {
  install({ ping: 'exit 0', arp: 'echo broken >&2; exit 3' });
  const before = console.log;
  const printed: unknown[] = [];
  console.log = (...words) => void printed.push(words.join(' '));
  try {
    const answers = Promise.all(['10.0.0.8', '10.0.0.9'].map(lookupNeighbour));
    await new Promise((resolve) => setTimeout(resolve, 1));
    console.log('of the command');
    t.same(await answers, [{ reason: 'no answer' }, { reason: 'no answer' }]);
    t.same(printed, ['of the command']);
    console.log('afterwards');
    t.same(printed.at(-1), 'afterwards');
  } finally {
    console.log = before;
  }
});

t.test('programs that are missing are named with their packages', async (t) => {
  install({});
  t.same(await lookupNeighbour('10.0.0.9'), {
    reason: 'not installed: ping (iputils-ping), arp (net-tools)',
  });
  install({ ping: 'exit 0' });
  t.same(await lookupNeighbour('10.0.0.9'), { reason: 'not installed: arp (net-tools)' });
});

t.test('programs that cannot be started or never end do not hold the command up', async (t) => {
  install({ ping: 'exit 0', arp: 'exit 0' });
  writeFileSync(join(directory, 'arp'), '#!/no/such/interpreter\n');
  t.same(await lookupNeighbour('10.0.0.9'), { reason: 'no answer' });
  install({ ping: 'while :; do :; done', arp: `echo '${header}'; echo '${entry}'` });
  t.same(await lookupNeighbour('10.0.0.9'), { mac: '02:00:00:aa:00:09' });
});

t.test('only an address is looked up', async (t) => {
  for (const word of ['-f', 'localhost', '10.0.0', ''])
    t.match(await lookupNeighbour(word), { reason: /no IPv4/ });
});
