import t from 'tap';
import { digest } from '../../firmware-agent/wire/digest.ts';
import { type Framing, open, seal } from '../../firmware-agent/wire/envelope.ts';
import type { Key } from '../../firmware-agent/wire/keyring.ts';
import { binaryField, FieldType, Message, textField } from '../../firmware-agent/wire/message.ts';
import { appendAuth, encodeBlock } from '../../firmware-agent/wire/netstring.ts';
import { WireError } from '../../firmware-agent/wire/wire-error.ts';
import { keyring } from './support/vectors.ts';

const framings: readonly Framing[] = ['netstring', 'netstring-inner', 'classic-datagram', 'serial'];
const sha1: Key = { index: 1, method: 'sha1', secret: 'old secret' };
const md5: Key = { index: 2, method: 'md5', secret: 'new secret' };
const sha256: Key = { index: 15, method: 'sha256', secret: 'for a pair of our own' };
const crc: Key = { index: 0, method: 'crc' };
const message = Message.of({ t: 'status', st: 'active', src: 'alpha' }).with(
  binaryField(
    'srcuuid',
    Uint8Array.from({ length: 16 }, (_, i) => i),
  ),
);

t.test('every method opens again in every framing, under the key that the message names', async (t) => {
  // The first key signs; a message under any other entry is as good (Heartbeat takes its own signing secret here).
  const ring = keyring(sha1, md5, sha256, crc);
  for (const key of [sha1, md5, sha256, crc]) {
    for (const framing of framings) {
      const opened = open(seal(message, key, { framing }), ring);
      t.match(opened, { ok: true, index: key.index }, `${key.method} ${framing}`);
      if (opened.ok) t.strictSame(opened.message.fields.map(plainField), message.fields.map(plainField));
    }
  }
});

t.test("the named index with the signing entry's secret is refused", async (t) => {
  const mixed: Key = { index: md5.index, method: md5.method, secret: 'old secret' };
  for (const framing of framings) {
    const opened = open(seal(message, mixed, { framing }), keyring(sha1, md5));
    t.match(opened, { ok: false, kind: 'forged', detail: /key 2 \(md5\)/ }, framing);
  }
});

t.test('an index that authkeys does not have', async (t) => {
  for (const framing of framings) {
    const opened = open(seal(message, sha256, { framing }), keyring(sha1));
    t.match(opened, { ok: false, kind: 'forged', detail: /key 15/ }, framing);
  }
});

t.test('authentication that is missing or unreadable', async (t) => {
  const bare = '>>>\nt=status\n<<<\n';
  t.match(openText(bare), { ok: false, kind: 'forged', detail: /no authentication/ });
  t.match(openText('>>>\nt=status\nauth=1\n<<<\n'), { ok: false, kind: 'forged' });
  t.match(openText('>>>\nt=status\nauth=16 ab\n<<<\n'), { ok: false, kind: 'forged' });
  t.match(openText('>>>\nt=status\nauth=01 ab\n<<<\n'), { ok: false, kind: 'forged' });
  t.match(openText('>>>\nauth=1 a\nt=status\nauth=1 b\n<<<\n'), { ok: false, kind: 'garbage' });
  t.match(openText('###\n11:(0)t=status,%%%\n'), { ok: false, kind: 'garbage' }, 'no trailer');
  t.match(openText('###\n11:(0)t=status,%%%\n3:1 a'), { ok: false, kind: 'garbage' }, 'half a trailer');
  t.match(openText('###\n11:(0)t=status,%%%\n3:xyz,'), { ok: false, kind: 'forged' });
});

t.test('only the outer digest of a netstring message counts', async (t) => {
  const block = encodeBlock(message.with(textField('auth', '1 0000')));
  const opened = open(appendAuth(block, `0 ${digest(crc, block)}`), keyring(crc));
  t.ok(opened.ok && !opened.message.has('auth'), 'a wrong inner digest is not looked at, nor handed on');
});

t.test('an auth field that a message brings along is replaced', async (t) => {
  const stale = message.with(textField('auth', '1 0000'));
  for (const framing of framings) {
    t.strictSame(seal(stale, sha1, { framing }), seal(message, sha1, { framing }), framing);
  }
});

t.test('neither framing: garbage', async (t) => {
  for (const text of ['', '>>>', '>>>t=status\n<<<\n', ' >>>\n<<<\n', '\n>>>\n<<<\n', '##', 'hello\n']) {
    t.match(openText(text), { ok: false, kind: 'garbage' }, JSON.stringify(text));
  }
});

t.test('a struct goes as netstring whatever the framing of datagrams', async (t) => {
  const nested = message.with({ name: 'inner', type: FieldType.struct, value: encodeBlock(message) });
  const bytes = Buffer.from(seal(nested, sha1, { framing: 'classic-datagram' }));
  t.equal(bytes.subarray(0, 4).toString(), '###\n');
  t.match(open(bytes, keyring(sha1)), { ok: true });
  t.match(open(seal(nested, sha1, { framing: 'serial' }), keyring(sha1)), { ok: true });
});

t.test('a message as large as 256 KiB is neither sent nor read', async (t) => {
  for (const framing of framings) {
    const small = Message.of({ t: 'x', info: 'y'.repeat(261_000) });
    t.match(open(seal(small, sha1, { framing }), keyring(sha1)), { ok: true }, framing);
    const large = Message.of({ t: 'x', info: 'y'.repeat(262_144) });
    t.throws(() => seal(large, sha1, { framing }), WireError, framing);
  }
  t.match(openText(`>>>\nt=${'y'.repeat(262_144)}\n<<<\n`), {
    ok: false,
    kind: 'garbage',
    detail: /256 KiB/,
  });
  t.match(openText(`###\n${'0'.repeat(262_144)}`), { ok: false, kind: 'garbage', detail: /256 KiB/ });
});

t.test('what cannot be said is not sealed', async (t) => {
  const wrong = [
    textField('', 'x'),
    textField('a=b', 'x'),
    textField('a\nb', 'x'),
    textField('(1)a', 'x'),
    textField('>>>a', 'x'),
    textField('info', 'a\0b'),
    textField('info', '\ud800'),
    { name: 'l', type: FieldType.list, value: Buffer.from('3:ab,') },
    { name: 's', type: FieldType.struct, value: Buffer.from('t=status') },
  ];
  for (const field of wrong) {
    for (const framing of framings) t.throws(() => seal(message.with(field), sha1, { framing }), WireError);
  }
});

function openText(text: string) {
  return open(Buffer.from(text), keyring(sha1));
}

function plainField(field: Message['fields'][number]) {
  return [field.name, field.type, Buffer.from(field.value).toString('hex')];
}
