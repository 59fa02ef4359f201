import t from 'tap';
import { fieldsText } from '../../firmware-agent/wire/classic.ts';
import { open, seal } from '../../firmware-agent/wire/envelope.ts';
import { decodeNetstring } from '../../firmware-agent/wire/netstring.ts';
import { bytesOf, described, framingOf, keyOf, keyring, messages, type Vector } from './support/vectors.ts';

/** What the index says, without the authentication that opening takes away. */
function expected(vector: Vector): string[][] {
  return (vector.fields ?? []).filter(([name]) => name !== 'auth').map((field) => [...field]);
}

t.test('the vectors are all here', async (t) => {
  t.equal(messages.length, 210);
  for (const vector of messages) t.equal(bytesOf(vector).length, vector.bytes, vector.file);
});

t.test('every vector opens to its fields and seals to the same bytes', async (t) => {
  for (const vector of messages) {
    const bytes = bytesOf(vector);
    const key = keyOf(vector);
    const opened = open(bytes, keyring(key));
    if (!opened.ok) {
      t.fail(`${vector.file}: ${opened.kind}: ${opened.detail}`);
      continue;
    }
    t.equal(opened.index, vector.auth_index);
    t.strictSame(described(opened.message), expected(vector), `${vector.file}: fields`);
    const again = seal(opened.message, key, { framing: framingOf(vector) });
    t.ok(bytes.equals(again), `${vector.file}: same bytes`);
    if (vector.inner_auth_text !== undefined) {
      t.equal(fieldsText(opened.message), vector.inner_auth_text, `${vector.file}: text of the inner digest`);
    }
  }
});

t.test('the outer authentication covers what the index says', async (t) => {
  for (const vector of messages.filter((v) => v.framing === 'netstring')) {
    const { auth, covered } = decodeNetstring(bytesOf(vector));
    t.equal(auth, vector.outer_auth, vector.file);
    t.equal(covered, vector.outer_auth_covers_bytes, vector.file);
  }
});

t.test('every vector is refused under another key', async (t) => {
  const other = { index: 1, method: 'sha256', secret: 'another' } as const;
  for (const vector of messages) {
    t.match(open(bytesOf(vector), keyring(other)), { ok: false, kind: 'forged' }, vector.file);
  }
});

t.test('NULs behind a datagram are harmless', async (t) => {
  for (const vector of messages.filter((v) => v.auth_method === 'sha1')) {
    const padded = Buffer.concat([bytesOf(vector), Buffer.alloc(3)]);
    t.match(open(padded, keyring(keyOf(vector))), { ok: true }, vector.file);
  }
});
