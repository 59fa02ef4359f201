import t from 'tap';
import { open } from '../../firmware-agent/wire/envelope.ts';
import { SerialDeframer } from '../../firmware-agent/wire/serial-framing.ts';
import { Random } from './support/random.ts';
import { bytesOf, described, keyOf, keyring, messages, vectorNamed } from './support/vectors.ts';

const flipped = [
  'crc-classic-ackmsg.bin',
  'md5-netstring-reqnodes.bin',
  'sha1-classic-status-up.bin',
  'sha1-classicwire-status-up.bin',
  'derived-classicwire-crc-status-init.bin',
  'serial-sha1-status-init.bin',
];

t.test('no bit of a message can be turned and the message still be believed', async (t) => {
  for (const file of flipped) {
    const vector = vectorNamed(file);
    const bytes = bytesOf(vector);
    const ring = keyring(keyOf(vector));
    const believed: string[] = [];
    for (let offset = 0; offset < bytes.length; offset++) {
      for (let bit = 0; bit < 8; bit++) {
        const turned = Buffer.from(bytes);
        turned.writeUInt8(turned.readUInt8(offset) ^ (1 << bit), offset);
        if (open(turned, ring).ok) believed.push(`byte ${offset} bit ${bit}`);
      }
    }
    t.strictSame(believed, [], file);
  }
});

t.test('no message that was cut short is believed', async (t) => {
  for (const file of flipped) {
    const vector = vectorNamed(file);
    const bytes = bytesOf(vector);
    // A classic datagram may come without its NUL: that much may go.
    const whole = bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
    for (let length = 0; length < whole; length++) {
      if (open(bytes.subarray(0, length), keyring(keyOf(vector))).ok) t.fail(`${file}: ${length} bytes`);
    }
    t.ok(open(bytes.subarray(0, whole), keyring(keyOf(vector))).ok, file);
  }
});

/** One of the things that happen to bytes on a bad cable, or in the hands of somebody. */
function mutate(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const from = random.below(bytes.length);
  const to = from + random.below(Math.min(40, bytes.length - from));
  switch (random.below(7)) {
    case 0: {
      const copy = Buffer.from(bytes);
      copy.writeUInt8(random.below(256), from);
      return copy;
    }
    case 1:
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, from), other.subarray(random.below(other.length))]);
    case 4:
      return Buffer.concat([bytes.subarray(0, from), Buffer.from([random.below(256)]), bytes.subarray(from)]);
    case 5: {
      const text = bytes.toString('latin1');
      return Buffer.from(text.replace(/\d+/, String(random.below(1_000_000))), 'latin1');
    }
    default: {
      const copy = Buffer.from(bytes);
      for (let i = from; i < to; i++) copy.writeUInt8(random.below(256), i);
      return copy;
    }
  }
}

t.test('mutations never throw and are never believed', async (t) => {
  const random = new Random(2026);
  const outcomes = { unchanged: 0, garbage: 0, forged: 0 };
  for (let round = 0; round < 6000; round++) {
    const vector = random.pick(messages);
    const original = bytesOf(vector);
    const ring = keyring(keyOf(vector));
    let bytes = original;
    for (let times = random.below(3); times >= 0; times--) {
      bytes = mutate(bytes, bytesOf(random.pick(messages)), random);
      if (bytes.length === 0) break;
    }
    const opened = open(bytes, ring);
    if (!opened.ok) {
      outcomes[opened.kind] += 1;
      continue;
    }
    // A mutation may do nothing, or leave a whole message of another vector with the same key.
    const known = messages.filter((v) => v.key === vector.key);
    const same = known.some((v) => {
      const expected = v.fields?.filter(([name]) => name !== 'auth');
      return JSON.stringify(described(opened.message)) === JSON.stringify(expected);
    });
    if (same) outcomes.unchanged += 1;
    else t.fail(`round ${round}: ${vector.file} believed in another form: ${bytes.toString('latin1')}`);
  }
  t.ok(outcomes.garbage > 1000, `${outcomes.garbage} garbage`);
  t.ok(outcomes.forged > 300, `${outcomes.forged} forged`);
  t.ok(outcomes.unchanged < 600, `${outcomes.unchanged} unchanged`);
});

t.test(
  'the serial reader survives anything, and what it hands on opens or not, but never throws',
  async (t) => {
    const random = new Random(4);
    const vector = vectorNamed('serial-sha1-stream-alpha.bin');
    const clean = bytesOf(vector);
    const ring = keyring(keyOf(vector));
    let believed = 0;
    for (let round = 0; round < 60; round++) {
      const deframer = new SerialDeframer();
      const noisy = Buffer.from(clean);
      for (let hits = 0; hits < 40; hits++) noisy.writeUInt8(random.below(256), random.below(noisy.length));
      for (const input of deframer.push(noisy)) {
        if (input.kind === 'frame' && open(input.bytes, ring).ok) believed += 1;
      }
    }
    t.ok(believed > 60 * 20 && believed < 60 * 57, `${believed} messages came through`);
  },
);
