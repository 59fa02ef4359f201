import t from 'tap';
import { open, seal } from '../../firmware-agent/wire/envelope.ts';
import type { Key } from '../../firmware-agent/wire/keyring.ts';
import { Message } from '../../firmware-agent/wire/message.ts';
import { SerialDeframer, type SerialInput } from '../../firmware-agent/wire/serial-framing.ts';
import { Random } from './support/random.ts';
import { bytesOf, keyOf, keyring, streams, vectorNamed } from './support/vectors.ts';

const first = bytesOf(vectorNamed('serial-sha1-status-init.bin')).toString('latin1');
const second = bytesOf(vectorNamed('serial-sha1-ackmsg.bin')).toString('latin1');
const key: Key = keyOf(vectorNamed('serial-sha1-status-init.bin'));

/** What a line with these bytes gives: the type of every authentic message, "forged", "garbage" from open, or a notice. */
function heard(...chunks: readonly (string | Uint8Array)[]): string[] {
  const deframer = new SerialDeframer();
  const inputs = chunks.flatMap((c) => deframer.push(typeof c === 'string' ? Buffer.from(c, 'latin1') : c));
  return inputs.map((input) => judged(input));
}

function judged(input: SerialInput): string {
  if (input.kind === 'garbage') return `! ${input.detail}`;
  const opened = open(input.bytes, keyring(key));
  return opened.ok ? (opened.message.text('t') ?? '') : opened.kind;
}

t.test('the captured streams, whole and cut at random places', async (t) => {
  const complete = new Map([
    ['serial-sha1-stream-alpha.bin', 57],
    ['serial-sha1-stream-beta.bin', 56],
  ]);
  const random = new Random(19);
  for (const vector of streams) {
    const bytes = bytesOf(vector);
    const whole = heard(bytes);
    t.equal(whole.length, complete.get(vector.file), vector.file);
    t.notOk(whole.some((said) => said.startsWith('!') || said === 'forged' || said === 'garbage'));
    for (const largest of [1, 2, 7, 64, 700]) {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = 1 + random.below(largest);
        chunks.push(bytes.subarray(at, at + length));
        at += length;
      }
      t.strictSame(heard(...chunks), whole, `${vector.file} in chunks of up to ${largest}`);
    }
  }
});

t.test('a single captured message comes out as it went in', async (t) => {
  const inputs = new SerialDeframer().push(Buffer.from(first, 'latin1'));
  t.strictSame(inputs, [{ kind: 'frame', bytes: Buffer.from(first, 'latin1') }]);
});

const noise = '! bytes outside any message';

t.test('what a Heartbeat 3.0.6 reader accepts (spec wire.md 9.1)', async (t) => {
  t.strictSame(heard(`\xff\x00rubbish\nmore\n${first}`), [noise, 'status'], 'garbage lines before >>>');
  t.strictSame(heard(first.replaceAll('\n', '\r\n')), ['status'], 'CR LF');
  t.strictSame(heard(first.replaceAll('\n', '\n\n')), ['status'], 'blank lines');
  const eighth = Buffer.from(first, 'latin1').map((byte) => byte | 0x80);
  t.strictSame(heard(eighth), ['status'], 'bit 8 set on every byte');
});

t.test('what costs a Heartbeat 3.0.6 reader a message, and us none', async (t) => {
  t.strictSame(heard(`rubbish${first}`), [noise, 'status'], 'garbage right before >>>');
  t.strictSame(heard(`${first}\0${second}`), ['status', 'NS_ackmsg'], 'NUL between messages');
  t.strictSame(heard(`\0${first}`), ['status'], 'the break that a peer sends when it opens the line');
});

t.test('a message that was cut takes none with it', async (t) => {
  const cut = '! a message cut short by the start of the next';
  const afterLine = first.slice(0, first.indexOf('protocol'));
  t.strictSame(heard(`${afterLine}${second}`), [cut, 'NS_ackmsg'], 'cut between lines');
  const lost: number[] = [];
  for (let length = 0; length < first.length; length++) {
    const said = heard(first.slice(0, length), second);
    if (said.at(-1) !== 'NS_ackmsg' || said.length > 2 || said.includes('status')) lost.push(length);
  }
  t.strictSame(lost, [], 'cut anywhere');
});

t.test('a value that ends as a start marker does', async (t) => {
  const message = Message.of({ t: 'resource', info: 'see >>>', src: 'alpha' });
  t.strictSame(heard(seal(message, key, { framing: 'serial' }), second), ['resource', 'NS_ackmsg']);
});

t.test('what loses a message loses only that one', async (t) => {
  const trailing = '! an end marker with more behind it';
  t.strictSame(heard(first.replace('>>>', '>>>x'), second), [noise, 'NS_ackmsg'], '>>> with more behind it');
  t.strictSame(
    heard(first.replace('<<<', '<<<x'), second),
    [trailing, 'NS_ackmsg'],
    '<<< with more behind it',
  );
  t.strictSame(heard(first.replace('st=init', 'st=dead'), second), ['forged', 'NS_ackmsg'], 'forged');
  t.strictSame(heard(first.replace('=', ''), second), ['garbage', 'NS_ackmsg'], 'a line without "="');
  const datagram = bytesOf(vectorNamed('sha1-classic-status-up.bin'));
  t.strictSame(heard(datagram, '\n', second), [noise, 'NS_ackmsg'], 'netstring');
});

t.test('memory and notices are bounded', async (t) => {
  const deframer = new SerialDeframer();
  const chunk = Buffer.from('x'.repeat(1024));
  let notices = 0;
  for (let i = 0; i < 1024; i++) notices += deframer.push(chunk).length;
  t.ok(notices > 100 && notices < 300, `1 MiB without a newline: ${notices} notices`);
  t.equal(deframer.push(Buffer.from(first, 'latin1')).at(-1)?.kind, 'frame', 'and then a message');

  deframer.push(Buffer.from('>>>\n'));
  const endless = Array.from({ length: 300 }, () =>
    deframer.push(Buffer.from(`a=${'x'.repeat(1021)}\n`)),
  ).flat();
  t.match(endless[0], { kind: 'garbage', detail: /within 256 KiB/ }, 'a message without end');
  t.notOk(endless.some((input) => input.kind === 'frame'));
  deframer.push(Buffer.from('>>>\na='));
  const line = Array.from({ length: 300 }, () => deframer.push(chunk)).flat();
  t.match(line[0], { kind: 'garbage', detail: /within 256 KiB/ }, 'a line without end');
  t.equal(deframer.push(Buffer.from(`\n${first}`, 'latin1')).at(-1)?.kind, 'frame');
});
