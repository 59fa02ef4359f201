import t from 'tap';
import { newestThatFit } from '../../firmware-agent/console/technician/newest.ts';
import { Pace } from '../../firmware-agent/console/technician/pace.ts';
import { wrap } from '../../firmware-agent/console/technician/wrap.ts';

t.test('a long line is cut at blanks, and what follows is indented', async (t) => {
  t.strictSame(wrap('short', 20), ['short']);
  t.strictSame(wrap('', 20), ['']);
  t.strictSame(wrap('one two three four five', 10), ['one two', '  three', '  four', '  five']);
  t.strictSame(wrap('  indented text goes on', 14), ['  indented', '    text goes', '    on']);
  t.strictSame(wrap('x'.repeat(25), 10), ['x'.repeat(10), `  ${'x'.repeat(8)}`, `  ${'x'.repeat(7)}`]);
  t.strictSame(wrap('bell \x07 and \x1b[2J', 40), ['bell ? and ?[2J'], 'nothing commands the terminal');
});

t.test('nothing is wider than the terminal, and nothing is lost', async (t) => {
  const text =
    'ALARM nodeb is silent on every cable: /dev/serial/by-id/usb-a-very-long-name-of-an-adapter and x0.';
  for (let columns = 6; columns < 100; columns += 1) {
    const pieces = wrap(text, columns);
    t.ok(
      pieces.every((piece) => piece.length <= columns),
      `${columns}`,
    );
    t.equal(pieces.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
  }
});

t.test('the newest lines that fit a page', async (t) => {
  const lines = ['one', 'x'.repeat(50), 'two', 'three'].map((text) => ({ day: '', text }));
  t.equal(newestThatFit(lines, { columns: 40, rows: 7 }), 3);
  t.equal(newestThatFit(lines, { columns: 40, rows: 5 }), 2);
  t.equal(newestThatFit(lines, { columns: 40, rows: 2 }), 1, 'one at least');
  t.equal(newestThatFit(lines, { columns: 40, rows: 0 }), 4, 'no end of a page');
  t.equal(newestThatFit([], { columns: 40, rows: 12 }), 0);
  const dated = lines.map(({ text }, n) => ({ day: n < 3 ? 'Nov 21' : 'Nov 22', text }));
  t.equal(newestThatFit(dated, { columns: 40, rows: 7 }), 2, 'each day has a row of its own');
});

t.test('what is written to a slow line waits with its writer, not behind it', async (t) => {
  let now = 1000;
  const pace = new Pace(9600, () => now);
  t.equal(pace.wrote(96), 0, 'a tenth of a second may be ahead');
  t.equal(Math.round(pace.wrote(96)), 50);
  now += 10_000;
  t.equal(Math.round(pace.wrote(960)), 850, 'a pause earns nothing');
  t.equal(new Pace(Number.POSITIVE_INFINITY).wrote(1e9), 0);
});
