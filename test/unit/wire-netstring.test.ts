import t from 'tap';
import { type Field, FieldType, Message, textField } from '../../firmware-agent/wire/message.ts';
import {
  appendAuth,
  decodeBlock,
  decodeNetstring,
  encodeBlock,
} from '../../firmware-agent/wire/netstring.ts';
import { WireError } from '../../firmware-agent/wire/wire-error.ts';

const decode = (text: string) => decodeNetstring(Buffer.from(text));

t.test('a datagram with its trailer', async (t) => {
  const block = encodeBlock(Message.of({ t: 'status', e: '' }));
  const text = '###\n11:(0)t=status,5:(0)e=,%%%\n4:1 ab,';
  t.equal(Buffer.from(appendAuth(block, '1 ab')).toString(), text);
  const datagram = decode(text);
  t.equal(datagram.auth, '1 ab');
  t.equal(datagram.covered, text.indexOf('4:1 ab'));
  t.strictSame(datagram.message.fields, [textField('t', 'status'), textField('e', '')]);
  t.equal(decode(`${text}\0\0`).auth, '1 ab', 'NULs behind it');
});

t.test('lengths count bytes, and values may hold anything', async (t) => {
  const message = Message.of({ info: 'é=,:\n%%%\n###\n' });
  const block = encodeBlock(message);
  t.match(Buffer.from(block).toString(), '###\n22:(0)info=é');
  t.strictSame(decodeBlock(block, 0).fields, message.fields);
});

t.test('every length is checked', async (t) => {
  const wrong = [
    '###\n11:(0)t=status,%%%\n',
    '###\n11:(0)t=status,%%%\n4:1 ab',
    '###\n11:(0)t=status,%%%\n5:1 ab,',
    '###\n11:(0)t=status,%%%\n3:1 ab,',
    '###\n11:(0)t=status,%%%\n04:1 ab,',
    '###\n11:(0)t=status,%%%\n4:1 ab,x',
    '###\n11:(0)t=status,%%%\n4:1 ab,\0x',
    `###\n11:(0)t=status,%%%\n129:${'a'.repeat(129)},`,
    '###\n11:(0)t=status,%%4:1 ab,',
    '###\n11:(0)t=status',
    '###\n11:(0)t=status,',
    '###\n12:(0)t=status,%%%\n4:1 ab,',
    '###\n10:(0)t=status,%%%\n4:1 ab,',
    '###\n011:(0)t=status,%%%\n4:1 ab,',
    '###\n+11:(0)t=status,%%%\n4:1 ab,',
    '###\n-1:(0)t=status,%%%\n4:1 ab,',
    '###\n:(0)t=status,%%%\n4:1 ab,',
    '###\n0:,%%%\n4:1 ab,',
    '###\n999999999999999999999999:(0)t=status,%%%\n4:1 ab,',
    '###\n4:(0)=,%%%\n4:1 ab,',
    '###\n4:(0)t,%%%\n4:1 ab,',
    '###\n8:t=status,%%%\n4:1 ab,',
    '###\n11:(5)t=status,%%%\n4:1 ab,',
    '###\n11:[0]t=status,%%%\n4:1 ab,',
    '###\n11:(0)t=sta\0us,%%%\n4:1 ab,',
    '###\n',
    '',
  ];
  for (const text of wrong) t.throws(() => decode(text), WireError, JSON.stringify(text));
  t.doesNotThrow(() => decode('###\n11:(0)t=status,%%%\n4:1 ab,'), 'the right one');
});

t.test('text that is not UTF-8 is refused', async (t) => {
  t.throws(() => decodeNetstring(Buffer.from('###\n6:(0)t=\xe9,%%%\n4:1 ab,', 'latin1')), WireError);
});

function struct(message: Message): Field {
  return { name: 's', type: FieldType.struct, value: encodeBlock(message) };
}

t.test('structs and lists are checked all the way down', async (t) => {
  let message = Message.of({ t: 'innermost' });
  for (let level = 0; level < 16; level++) message = new Message([struct(message)]);
  t.strictSame(decodeBlock(encodeBlock(message), 0).fields, message.fields, '16 levels');
  t.throws(() => encodeBlock(new Message([struct(message)])), WireError, '17 levels');

  const bad = encodeBlock(Message.of({ t: 'innermost' }));
  bad[4] = 0x39;
  const hand = Buffer.concat([Buffer.from(`###\n${bad.length + 5}:(2)s=`), bad, Buffer.from(',%%%\n')]);
  t.throws(() => decodeBlock(hand, 0), WireError, 'a broken struct');
  t.throws(() => decodeBlock(Buffer.from('###\n9:(3)l=1:ab,%%%\n'), 0), WireError, 'a broken list');
  t.throws(
    () => decodeBlock(Buffer.from('###\n18:(2)s=###\n%%%\nrest.,%%%\n'), 0),
    WireError,
    'more behind a struct',
  );
  t.doesNotThrow(() => decodeBlock(Buffer.from('###\n13:(2)s=###\n%%%\n,%%%\n'), 0), 'the right one');
  t.equal(decodeBlock(Buffer.from('###\n9:(3)l=1:a,,%%%\n'), 0).fields[0]?.type, FieldType.list);
});

t.test('17 structs in one another are refused on receipt too', async (t) => {
  let block = Buffer.from('###\n5:(0)t=,%%%\n');
  for (let level = 0; level < 17; level++) {
    block = Buffer.concat([Buffer.from(`###\n${block.length + 5}:(2)s=`), block, Buffer.from(',%%%\n')]);
  }
  t.throws(() => decodeBlock(block, 0), { name: 'WireError', message: /deeper than 16/ });
});
