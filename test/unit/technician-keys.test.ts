import t from 'tap';
import { KeyReader } from '../../firmware-agent/console/technician/keys.ts';
import { LineEditor, longestLine } from '../../firmware-agent/console/technician/line-editor.ts';

/** Keys in short: their names, and what is text as it is. */
function keys(...chunks: (string | readonly number[])[]): string[] {
  const reader = new KeyReader();
  return chunks
    .flatMap((chunk) => reader.read(Buffer.from(chunk as string)))
    .map((key) => (key.key === 'text' ? key.text : `<${key.key}>`));
}

/** What a terminal shows, and the lines, after these bytes. */
function typed(text: string, editor = new LineEditor(), hidden = false) {
  const lines: string[] = [];
  let screen = '';
  for (const key of new KeyReader().read(Buffer.from(text))) {
    const { echo, line, did } = editor.press(key, hidden);
    for (const character of echo) {
      if (character === '\b') screen = screen.slice(0, -1);
      else screen += character;
    }
    if (line) lines.push(line.tooLong ? 'too long' : line.text);
    if (did) lines.push(`<${did}>`);
  }
  return { lines, screen: screen.replaceAll('\r\n', '|') };
}

t.test('CR, LF and CR LF are one Enter each, however they are cut', async (t) => {
  t.strictSame(keys('a\rb\nc\r\nd'), ['a', '<enter>', 'b', '<enter>', 'c', '<enter>', 'd']);
  t.strictSame(keys('a\r', '\nb\n', '\n'), ['a', '<enter>', 'b', '<enter>', '<enter>']);
});

t.test('function keys, control characters and broken bytes are nothing', async (t) => {
  t.strictSame(keys('\x1b[Ax\x1bOBy\x1b[1;5Cz\x1b[3~'), ['<up>', 'x', '<down>', 'y', 'z']);
  t.strictSame(keys('a\x00\x07\x0e\x13\x9bb'), ['a', 'b']);
  t.strictSame(keys([0xff, 0xfe, 0x61, 0xc3], [0x0d, 0xc3], [0xa4]), ['a', '<enter>', 'ä']);
  t.strictSame(keys('\x1b[', '\r\x1b\x03s'), ['<enter>', '<interrupt>', 's'], 'no sequence swallows them');
  t.strictSame(keys(`\x1b[${'1'.repeat(40)}A`).join(''), `${'1'.repeat(25)}A`, 'a sequence has an end');
});

t.test('a line is put right before it is entered', async (t) => {
  t.strictSame(typed('statsu\b\x7fus\r').lines, ['status']);
  t.strictSame(typed('events since  \x17\x1750\r').lines, ['50']);
  t.strictSame(typed('rubbish\x15log\r').lines, ['log']);
  t.strictSame(typed('\b\b\x15\x17log\r').lines, ['log'], 'nothing to erase');
  t.equal(typed('ab\bc\x17de').screen, 'de');
  t.strictSame(typed('standby\x03yes\r').lines, ['<interrupt>', 'yes']);
  t.strictSame(typed('a\x04\x15\x04').lines, ['<end>'], 'Ctrl-D only in an empty line');
});

t.test('a line that is too long is told to be', async (t) => {
  t.strictSame(typed(`${'x'.repeat(longestLine)}\r`).lines, ['x'.repeat(longestLine)]);
  t.strictSame(typed(`${'x'.repeat(longestLine + 1)}\b\b\r`).lines, ['too long']);
  t.strictSame(typed(`${'x'.repeat(longestLine + 1)}\x15ok\r`).lines, ['ok']);
});

t.test('the arrow keys bring back what was entered', async (t) => {
  const up = '\x1b[A';
  const down = '\x1b[B';
  t.strictSame(typed(`one\rtwo\r${up}${up}\r${up}${up}${down}\r`).lines, ['one', 'two', 'one', 'one']);
  t.strictSame(typed(`one\r${up}${down}\r${down}${up}${up}\r`).lines, ['one', '', 'one']);
});

t.test('of a password nothing is shown, and nothing kept', async (t) => {
  const editor = new LineEditor();
  t.strictSame(typed('secret\b\x17word\r', editor, true), { lines: ['word'], screen: '|' });
  t.strictSame(typed('\x1b[A\r', editor).lines, ['']);
});
