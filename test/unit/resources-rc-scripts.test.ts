import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { RcScripts } from '../../firmware-agent/resources/rc-scripts.ts';

function setUp(t: Test, scripts: Readonly<Record<string, string>>, limit = 10_000) {
  const configDir = t.testdir({ 'rc.d': {} });
  for (const [name, body] of Object.entries(scripts)) {
    const path = join(configDir, 'rc.d', name);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
  }
  const lines: string[] = [];
  const rc = new RcScripts({
    configDir,
    environment: { PATH: process.env.PATH ?? '', D: configDir, HA_CURHOST: 'nodea' },
    log: (level, text) => lines.push(`${level}: ${text.replaceAll(configDir, '')}`),
    limit,
  });
  const notes = (): string => readFileSync(join(configDir, 'notes'), 'utf8');
  /** Waits, as long as a busy machine may need, for so many lines that match. */
  const said = async (pattern: RegExp, count = 1): Promise<string[]> => {
    for (
      let turns = 0;
      turns < 1_000 && lines.filter((line) => pattern.test(line)).length < count;
      turns += 1
    ) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return lines.filter((line) => pattern.test(line));
  };
  t.teardown(() => rc.close());
  return { configDir, rc, lines, notes, said };
}

t.test('the fields of the message are in the environment', async (t) => {
  const { rc, lines, said } = setUp(t, {
    ifstat: 'echo "$* $HA_t $HA_node $HA_ifname $HA_st $HA_CURHOST"; env | grep -c bad',
  });
  const fields = { t: 'ifstat', node: 'nodeb', ifname: 'x0', st: 'dead', CURHOST: 'evil', 'bad\nname': '1' };
  rc.happen('ifstat', fields);
  t.same(await said(/nodeb/), ['info: ifstat: ifstat ifstat nodeb x0 dead nodea']);
  t.equal(lines[0], 'info: Running /rc.d/ifstat ifstat');
  t.same(await said(/: 0$/), ['info: ifstat: 0']);
});

t.test('one at a time, in the order of what happened', async (t) => {
  const { rc, notes, said } = setUp(t, {
    slow: 'echo slow+ >> $D/notes; sleep 0.2; echo slow- >> $D/notes',
    quick: 'echo quick >> $D/notes; echo done; exit 3',
  });
  rc.happen('slow', {});
  rc.happen('quick', {});
  rc.happen('slow', {});
  rc.happen('quick', {});
  await said(/ERROR: Return code 3 from \/rc.d\/quick/, 2);
  t.equal(notes(), 'slow+\nslow-\nquick\nslow+\nslow-\nquick\n');
});

t.test('what rc.d has no script for, and what is no name, is nothing', async (t) => {
  const { configDir, rc, lines } = setUp(t, { plain: 'true' });
  chmodSync(join(configDir, 'rc.d/plain'), 0o644);
  for (const type of ['plain', 'missing', '../rc.d/plain', '', '.', '-x']) rc.happen(type, {});
  await rc.close();
  t.same(lines, []);
});

t.test("Heartbeat's own scripts would take resources a second time", async (t) => {
  const { configDir, rc, lines, said } = setUp(t, { status: 'touch $D/notes; /x/mach_down $HA_src' });
  rc.happen('status', { st: 'dead' });
  rc.happen('status', { st: 'dead' });
  await said(/is not run/);
  await rc.close();
  t.equal(existsSync(join(configDir, 'notes')), false);
  t.same(lines, [
    'info: /rc.d/status is not run: it calls mach_down, and resources are taken and given without it',
  ]);
});

t.test('limits: a script that hangs, and more events than can wait', async (t) => {
  const { rc, notes, said } = setUp(t, { hang: 'exec sleep 1000', note: 'echo $HA_n >> $D/notes' }, 1_500);
  rc.happen('hang', {});
  // The first is under way, 64 wait.
  for (let n = 1; n <= 66; n += 1) rc.happen('note', { n: String(n) });
  t.same(await said(/WARN/), [
    'WARN: rc.d/note was not run: 64 newer events wait already',
    'WARN: rc.d/note was not run: 64 newer events wait already',
  ]);
  t.match(await said(/ERROR/), [/hang did not end within 1.5 s and was killed$/]);
  // The second begins when the first has ended.
  await said(/Running \/rc.d\/note/, 2);
  await rc.close();
  t.match(notes(), /^3\n/, 'the oldest were left out');
});

t.test('closing ends what runs', async (t) => {
  const { rc, said, lines } = setUp(t, { hang: 'echo up; exec sleep 1000' });
  rc.happen('hang', {});
  await said(/up/);
  await rc.close();
  rc.happen('hang', {});
  t.equal(lines.length, 2);
});
