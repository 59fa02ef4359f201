import t from 'tap';
import { Output } from '../../firmware-agent/resources/output.ts';

function setUp() {
  const lines: string[] = [];
  const clock = { now: 0 };
  const output = new Output(
    (line) => lines.push(line),
    () => clock.now,
  );
  return { lines, clock, output };
}

t.test('lines are put together from pieces, each stream for itself', async (t) => {
  const { lines, output } = setUp();
  output.add('stdout', Buffer.from('one\ntw'));
  output.add('stderr', Buffer.from('bad\n'));
  output.add('stdout', Buffer.from('o\n\n  \nthree'));
  t.same(lines, ['one', 'bad', 'two']);
  output.end();
  t.same(lines, ['one', 'bad', 'two', 'three']);
  t.equal(output.last, 'three');
  t.equal(output.text, 'one\ntwbad\no\n\n  \nthree');
});

t.test('a line that gives a reason stands above the rest', async (t) => {
  const { output } = setUp();
  output.add('stderr', Buffer.from('ocf-exit-reason:no disk\nocf-exit-reason:no\tcommand: mail\nfailed\n'));
  t.equal(output.last, 'no command: mail');
});

t.test('a character cut in two stays whole, control characters go', async (t) => {
  const { lines, output } = setUp();
  const bytes = Buffer.from('gr\u00fc\u00dfe\u001b[31m\tred\r\n');
  output.add('stdout', bytes.subarray(0, 3));
  output.add('stdout', bytes.subarray(3));
  t.same(lines, ['gr\u00fc\u00dfe [31m red']);
});

t.test('long lines are cut, and so is one that never ends', async (t) => {
  const { lines, output } = setUp();
  output.add('stdout', Buffer.from(`${'x'.repeat(600)}\n`));
  for (let count = 0; count < 100; count += 1) output.add('stdout', Buffer.alloc(10_000, 'y'));
  output.end();
  t.same(lines, [`${'x'.repeat(500)}...`, `${'y'.repeat(500)}...`]);
  t.equal(output.text.length, 65_536, 'what is kept is bounded, too');
});

t.test('a flood is counted, not told', async (t) => {
  const { lines, clock, output } = setUp();
  output.add('stdout', Buffer.from('flood\n'.repeat(1_000)));
  t.equal(lines.length, 50);
  clock.now = 1_000;
  output.add('stdout', Buffer.from('quiet\n'));
  t.same(lines.slice(50), ['(950 more lines left out)', 'quiet']);
  output.add('stdout', Buffer.from('flood\n'.repeat(60)));
  output.end();
  t.equal(lines.at(-1), '(11 more lines left out)');
});
