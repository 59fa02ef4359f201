import t from 'tap';
import { crc32 } from '../../firmware-agent/wire/crc.ts';
import { digest, sameDigest } from '../../firmware-agent/wire/digest.ts';

t.test('the check values of spec wire.md 6.3', async (t) => {
  t.equal(crc32(Buffer.from('123456789')).toString(16), '765e7680');
  t.equal(crc32(Buffer.alloc(0)).toString(16), 'ffffffff');
});

t.test('crc is not padded with zeros', async (t) => {
  // Found by search among short texts: its crc is below 0x10000000.
  const text =
    Array.from({ length: 100 }, (_, i) => `t=${i}`).find((s) => crc32(Buffer.from(s)) < 0x10000000) ?? '';
  t.ok(digest({ index: 0, method: 'crc' }, Buffer.from(text)).length < 8);
});

t.test('HMACs: the check values of RFC 2202 and RFC 4231, key "Jefe"', async (t) => {
  const text = Buffer.from('what do ya want for nothing?');
  const expected = {
    md5: '750c783e6ab0b503eaa86e310a5db738',
    sha1: 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79',
    sha256: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  } as const;
  for (const method of ['md5', 'sha1', 'sha256'] as const) {
    t.equal(digest({ index: 3, method, secret: 'Jefe' }, text), expected[method], method);
  }
});

t.test('a method that needs a secret refuses to do without', async (t) => {
  t.throws(() => digest({ index: 4, method: 'sha1' }, Buffer.alloc(0)), {
    message: /key 4: sha1 without a secret/,
  });
});

t.test('digests are compared as text', async (t) => {
  t.ok(sameDigest('ab12', 'ab12'));
  t.notOk(sameDigest('ab12', 'ab13'));
  t.notOk(sameDigest('ab12', 'ab1'));
  t.notOk(sameDigest('ab12', '0ab12'));
  t.notOk(sameDigest('ab12', ''));
});
