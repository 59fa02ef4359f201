import { createHash } from 'node:crypto';
import t from 'tap';
import { decodeSlot, encodeRecord, type LockRecord, RECORD_SIZE } from '../../firmware-agent/lock/sector.ts';

const record: LockRecord = {
  state: 'holds',
  node: 'alpha',
  incarnation: '00112233445566778899aabbccddeeff',
  epoch: 3,
  counter: 258,
  lease: 10_000,
};

t.test('the bytes are these', async (t) => {
  const expected = Buffer.alloc(RECORD_SIZE);
  expected.write('TWINLOCK');
  expected.set([1, 0, 2, 0, 0x10, 0x27, 0, 0, 3], 8);
  expected.set([2, 1], 24);
  expected.write('00112233445566778899aabbccddeeff', 32, 'hex');
  expected.set([5, ...Buffer.from('alpha')], 48);
  createHash('sha256').update(expected.subarray(0, 480)).digest().copy(expected, 480);
  t.same(encodeRecord(record), expected);
});

t.test('every record comes back', async (t) => {
  for (const state of ['free', 'wants', 'holds'] as const)
    for (const node of ['b', 'bücherei', 'x'.repeat(255)]) {
      const said = { ...record, state, node, epoch: 2 ** 40, counter: Number.MAX_SAFE_INTEGER };
      t.match(decodeSlot(encodeRecord(said)), { content: 'record', record: said });
    }
});

t.test('what does not fit is refused', async (t) => {
  t.throws(() => encodeRecord({ ...record, node: '' }), RangeError);
  t.throws(() => encodeRecord({ ...record, node: 'x'.repeat(256) }), RangeError);
  t.throws(() => encodeRecord({ ...record, incarnation: '00' }), RangeError);
  t.throws(() => encodeRecord({ ...record, lease: 2 ** 32 }), RangeError);
});

t.test('no damaged byte passes for a record, and none for an empty sector', async (t) => {
  const bytes = encodeRecord(record);
  const wrong = [];
  for (let at = 0; at < RECORD_SIZE; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    const { content } = decodeSlot(damaged);
    if (content !== (at < 8 ? 'foreign' : 'unreadable')) wrong.push(`${at}: ${content}`);
  }
  t.same(wrong, []);
});

t.test('half of one record and half of another is unreadable', async (t) => {
  const torn = encodeRecord(record);
  encodeRecord({ ...record, counter: 259 }).copy(torn, 256, 256);
  t.equal(decodeSlot(torn).content, 'unreadable');
});

t.test('zeroes are an empty sector, other data is foreign, a later version unreadable', async (t) => {
  t.equal(decodeSlot(Buffer.alloc(4096)).content, 'empty');
  t.equal(decodeSlot(Buffer.alloc(512, 0x55)).content, 'foreign');
  const later = encodeRecord(record);
  later[8] = 2;
  createHash('sha256').update(later.subarray(0, 480)).digest().copy(later, 480);
  t.equal(decodeSlot(later).content, 'unreadable');
});

t.test('the print tells any two sectors apart, and nothing of the rest of a larger one', async (t) => {
  const one = decodeSlot(encodeRecord(record)).print;
  t.not(decodeSlot(encodeRecord({ ...record, counter: 259 })).print, one);
  const large = Buffer.alloc(4096, 7);
  encodeRecord(record).copy(large);
  t.equal(decodeSlot(large).print, one);
});
