import { deflateSync } from 'node:zlib';
import t from 'tap';
import { encodeClassic } from '../../firmware-agent/wire/classic.ts';
import { open, seal } from '../../firmware-agent/wire/envelope.ts';
import type { Key } from '../../firmware-agent/wire/keyring.ts';
import { binaryField, Message, textField } from '../../firmware-agent/wire/message.ts';
import { encodeBlock } from '../../firmware-agent/wire/netstring.ts';
import { keyring } from './support/vectors.ts';

const key: Key = { index: 1, method: 'sha1', secret: 'secret' };
const inner = Message.of({ t: 'status', info: 'x'.repeat(3000) });

function openCompressed(payload: Uint8Array, algorithm = 'zlib') {
  const fields = [
    binaryField('_compressed_payload', payload),
    textField('_compression_algorithm', algorithm),
  ];
  return open(seal(new Message(fields), key, { framing: 'netstring' }), keyring(key));
}

t.test('a message that was compressed as a whole opens as itself', async (t) => {
  const forms = [
    encodeBlock(inner),
    Buffer.concat([encodeBlock(inner), Buffer.alloc(1)]),
    encodeClassic(inner),
  ];
  for (const form of forms) {
    t.match(openCompressed(deflateSync(form)), { ok: true, message: { fields: inner.fields } });
  }
});

t.test('an inner auth in the payload is not handed on', async (t) => {
  const opened = openCompressed(deflateSync(encodeBlock(inner.with(textField('auth', '1 ab')))));
  t.ok(opened.ok && !opened.message.has('auth'));
});

t.test('what does not inflate to one message is garbage', async (t) => {
  const bomb = deflateSync(Buffer.alloc(50_000_000));
  t.match(openCompressed(bomb), { ok: false, kind: 'garbage', detail: /256 KiB/ });
  t.match(openCompressed(deflateSync(encodeBlock(inner)).subarray(0, 20)), { ok: false, kind: 'garbage' });
  t.match(openCompressed(Buffer.from('not zlib')), { ok: false, kind: 'garbage' });
  t.match(openCompressed(deflateSync('hello')), { ok: false, kind: 'garbage' });
  t.match(openCompressed(deflateSync(encodeBlock(inner)), 'bz2'), {
    ok: false,
    kind: 'garbage',
    detail: /zlib/,
  });
  const twice = new Message([binaryField('_compressed_payload', deflateSync(encodeBlock(inner)))]);
  t.match(openCompressed(deflateSync(encodeBlock(twice))), { ok: false, kind: 'garbage' });
});
