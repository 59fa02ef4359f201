import t from 'tap';
import { Composer } from '../../firmware-agent/wire/compose.ts';
import { HISTORY_LENGTH, History } from '../../firmware-agent/wire/history.ts';
import { Message } from '../../firmware-agent/wire/message.ts';
import { described, messages, type Vector } from './support/vectors.ts';

const uuid = Uint8Array.from({ length: 16 }, (_, i) => i);
const peerUuid = Uint8Array.from({ length: 16 }, (_, i) => 255 - i);
const facts = { ts: 0x6b015839, load: '0.71 0.50 0.29 5/219 20' };

function composer(): Composer {
  return new Composer({ node: 'alpha', uuid, generation: 0x6b01583a, ttl: 3 });
}

/** The fields that the daemon adds; `src` and `ts` may be the creator's own (spec wire.md 5.1). */
const added = new Set(['destuuid', 'srcuuid', 'seq', 'hg', 'ts', 'ld', 'ttl', 'auth']);

/** Composes what a captured message says, from its creator's fields and the facts that it carries. */
function composedAgain(vector: Vector): string[][] {
  const fields = vector.fields ?? [];
  const value = (name: string) => fields.find(([n]) => n === name)?.[2] ?? '';
  // A `src` before the uuids may be the creator's; the composer must put it there either way.
  const srcAt = fields.findIndex(([name]) => name === 'src');
  const byCreator = fields[srcAt + 1]?.[0] !== 'srcuuid';
  const own = fields.filter(([name]) => !added.has(name) && (name !== 'src' || byCreator));
  const made = new Composer({
    node: value('src'),
    uuid: Buffer.from(value('srcuuid'), 'hex'),
    generation: Number.parseInt(value('hg'), 16),
    ttl: Number(value('ttl')),
  });
  made.learn(value('dest'), Buffer.from(value('destuuid'), 'hex'));
  const message = made.compose(
    {
      fields: own.map(([name, , text]) => [name, text] as const),
      seq: value('seq') === '' ? null : Number.parseInt(value('seq'), 16),
    },
    { ts: Number.parseInt(value('ts'), 16), load: value('ld') },
  );
  return described(message);
}

t.test('every captured message of a node is composed again from its creator’s fields', async (t) => {
  // Ping statuses carry no uuid: they are not composed but made for the ping itself.
  const nodes = messages.filter(
    (v) => !v.kind.startsWith('ping') && v.fields?.some(([n]) => n === 'srcuuid'),
  );
  t.ok(nodes.length > 190, `${nodes.length} messages`);
  for (const vector of nodes) {
    const expected = vector.fields?.filter(([name]) => name !== 'auth').map((field) => [...field]);
    t.strictSame(composedAgain(vector), expected, vector.file);
  }
});

t.test('a sequenced message, in the order of spec wire.md 4.1', async (t) => {
  const made = composer();
  t.ok(made.learn('beta', peerUuid));
  const message = made.compose(
    {
      fields: [
        ['t', 'reqnodes'],
        ['dest', 'beta'],
      ],
      seq: 300,
    },
    facts,
  );
  t.strictSame(described(message), [
    ['t', 'string', 'reqnodes'],
    ['dest', 'string', 'beta'],
    ['destuuid', 'binary-hex', Buffer.from(peerUuid).toString('hex')],
    ['src', 'string', 'alpha'],
    ['srcuuid', 'binary-hex', Buffer.from(uuid).toString('hex')],
    ['seq', 'string', '12c'],
    ['hg', 'string', '6b01583a'],
    ['ts', 'string', '6b015839'],
    ['ld', 'string', facts.load],
    ['ttl', 'string', '3'],
  ]);
});

t.test('NS_ messages have neither seq nor ld, and keep what is there', async (t) => {
  const message = composer().compose(
    {
      fields: [
        ['t', 'NS_st'],
        ['st', 'ping'],
        ['src', '10.0.0.1'],
        ['ts', '1'],
      ],
      seq: null,
    },
    facts,
  );
  t.strictSame(
    message.fields.map((field) => field.name),
    ['t', 'st', 'src', 'ts', 'srcuuid', 'hg', 'ttl'],
  );
  t.equal(message.text('src'), '10.0.0.1');
  t.equal(message.text('ts'), '1');
});

t.test('sequenced messages are overwritten in place', async (t) => {
  const fields = [
    ['t', 'x'],
    ['src', 'someone'],
    ['ttl', '99'],
    ['info', 'i'],
  ] as const;
  const message = composer().compose({ fields, seq: 1 }, facts);
  t.strictSame(
    message.fields.map((field) => field.name),
    ['t', 'src', 'ttl', 'info', 'srcuuid', 'seq', 'hg', 'ts', 'ld'],
  );
  t.equal(message.text('src'), 'alpha');
  t.equal(message.text('ttl'), '3');
});

t.test('destuuid: zero while unknown, one’s own, and the newest that was learned', async (t) => {
  const made = composer();
  const to = (dest: string) =>
    made
      .compose(
        {
          fields: [
            ['t', 'NS_ackmsg'],
            ['dest', dest],
            ['ackseq', '1'],
          ],
          seq: null,
        },
        facts,
      )
      .bytes('destuuid');
  t.strictSame(to('beta'), new Uint8Array(16));
  t.strictSame(to('alpha'), uuid);
  const received = Uint8Array.from(peerUuid);
  made.learn('beta', received);
  received.fill(7);
  t.strictSame(to('beta'), peerUuid, 'a copy of what was received');
  t.ok(made.learn('beta', received));
  t.strictSame(to('beta'), received);
  t.notOk(made.learn('beta', new Uint8Array(16)), 'zero means unknown');
  t.notOk(made.learn('beta', new Uint8Array(15)));
  t.strictSame(to('beta'), received);
});

t.test('bounds and misuse', async (t) => {
  const made = composer();
  for (let i = 0; i < 63; i++) t.ok(made.learn(`node${i}`, peerUuid));
  t.notOk(made.learn('one too many', peerUuid));
  t.ok(made.learn('node0', uuid), 'known ones still change');
  t.throws(() => made.compose({ fields: [['t', 'status']], seq: null }, facts), RangeError);
  t.throws(() => made.compose({ fields: [['t', 'NS_st']], seq: 1 }, facts), RangeError);
  t.throws(() => new Composer({ node: 'a', uuid: new Uint8Array(8), generation: 1, ttl: 3 }), RangeError);
});

t.test('the history keeps the last 500 as they were', async (t) => {
  const history = new History();
  t.equal(history.lowest, null);
  const sent = Array.from({ length: HISTORY_LENGTH + 20 }, (_, i) =>
    Message.of({ t: 'status', seq: `${i + 1}` }),
  );
  for (const [i, message] of sent.entries()) history.add(i + 1, message);
  t.equal(history.lowest, 21);
  t.equal(history.get(20), undefined);
  t.equal(history.get(21), sent[20]);
  t.equal(history.get(520), sent[519]);
  t.equal(history.get(521), undefined);
});
