import t from 'tap';
import { decodeClassic, encodeClassic, fieldsText } from '../../firmware-agent/wire/classic.ts';
import { binaryField, type Field, FieldType, Message, textField } from '../../firmware-agent/wire/message.ts';
import { encodeBlock } from '../../firmware-agent/wire/netstring.ts';
import { WireError } from '../../firmware-agent/wire/wire-error.ts';

const decode = (text: string) => decodeClassic(Buffer.from(text));

t.test('strings carry no type, newlines a stand-in, values may hold "="', async (t) => {
  const message = Message.of({ t: 'x', info: 'a=b\nc', empty: '' });
  const text = '>>>\nt=x\ninfo=a=b\x13c\nempty=\n<<<\n';
  t.equal(encodeClassic(message), text);
  t.equal(fieldsText(message), 't=x\ninfo=a=b\x13c\nempty=\n');
  t.strictSame(decode(text).fields, message.fields);
});

t.test('text beyond ASCII keeps its bytes', async (t) => {
  const text = '>>>\ninfo=Zürich \ufeff€\n<<<\n';
  t.equal(encodeClassic(decode(text)), text);
  t.throws(() => decodeClassic(Buffer.from('>>>\ninfo=Z\xfcrich\n<<<\n', 'latin1')), WireError, 'not UTF-8');
});

t.test('binary fields are base64 in its one right spelling', async (t) => {
  const message = new Message([binaryField('srcuuid', Buffer.from([0, 1, 2, 255]))]);
  t.equal(encodeClassic(message), '>>>\n(1)srcuuid=AAEC/w==\n<<<\n');
  t.strictSame(decode('>>>\n(1)srcuuid=AAEC/w==\n<<<\n').bytes('srcuuid'), Buffer.from([0, 1, 2, 255]));
  for (const wrong of ['AAEC/w', 'AAEC/w=', 'AAEC/x==', 'AAEC_w==', 'AA EC/w==', '=']) {
    t.throws(() => decode(`>>>\n(1)srcuuid=${wrong}\n<<<\n`), WireError, wrong);
  }
});

t.test('type prefixes', async (t) => {
  t.equal(decode('>>>\n(4)z=AAEC\n<<<\n').fields[0]?.type, FieldType.compressed);
  for (const prefix of ['(0)', '(5)', '(9)', '(x)', '(10)', '()', '(1']) {
    t.throws(() => decode(`>>>\n${prefix}a=AAEC\n<<<\n`), WireError, prefix);
  }
});

t.test('lists', async (t) => {
  const text = '>>>\n(3)l=1:a,0:,3:b,c,\n<<<\n';
  t.equal(encodeClassic(decode(text)), text);
  for (const wrong of ['1:a', '2:a,', '01:a,', ':,', '-1:,', 'a', '99999999999999999999:a,']) {
    t.throws(() => decode(`>>>\n(3)l=${wrong}\n<<<\n`), WireError, wrong);
  }
  const newline: Field = { name: 'l', type: FieldType.list, value: Buffer.from('1:\n,') };
  t.throws(() => encodeClassic(new Message([newline])), WireError, 'a newline has no stand-in in lists');
});

/** A message inside `levels` structs. */
function nested(levels: number): Message {
  let message = Message.of({ t: 'innermost', info: 'two\nlines' });
  for (let level = 0; level < levels; level++) {
    message = new Message([
      textField('level', String(level)),
      { name: 's', type: FieldType.struct, value: encodeBlock(message) },
    ]);
  }
  return message;
}

t.test('structs: a stand-in for the newline of each depth', async (t) => {
  t.equal(
    encodeClassic(nested(2)),
    '>>>\nlevel=1\n(2)s=>>>\x14level=0\x14(2)s=>>>\x15t=innermost\x15info=two\x13lines\x15<<<\x15\x14<<<\x14\n<<<\n',
  );
  for (const levels of [1, 2, 15, 16]) {
    const message = nested(levels);
    t.strictSame(encodeBlock(decode(encodeClassic(message))), encodeBlock(message), `${levels} levels`);
  }
  t.throws(() => encodeClassic(nested(17)), WireError, 'deeper than 16');
  const clash = Message.of({ info: 'a\x14b' });
  t.throws(
    () => encodeClassic(new Message([{ name: 's', type: FieldType.struct, value: encodeBlock(clash) }])),
    WireError,
    'a text with the stand-in of its own struct',
  );
});

t.test('how a message may end', async (t) => {
  const ok = [
    '>>>\na=b\n<<<\n',
    '>>>\na=b\n<<<\n\0',
    '>>>\na=b\n<<<\n\0\0\0',
    '>>>\n\n\na=b\n\n<<<\n',
    '>>>\na=b\0',
  ];
  for (const text of ok) t.equal(decode(text).text('a'), 'b', JSON.stringify(text));
  const wrong = [
    '>>>\na=b\n',
    '>>>\na=b\n\0',
    '>>>\na=b',
    '>>>\na=b\n<<<',
    '>>>\na=b\n<<< \n',
    '>>>\na=b\n<<<\n<<<\n',
    '>>>\na=b\n<<<\n\n',
    '>>>\na=b\n<<<\nc=d\n',
    '>>>\na=b\n<<<\n\0x',
    '>>>\na=b\0<<<\n\0',
    '>>>\na=b\n<<<\r\n',
    '>>>\na=b\n>>>\na=b\n<<<\n',
    '>>>\na=b\nno equals\n<<<\n',
    '>>>\n=b\n<<<\n',
    '>>>\r\na=b\n<<<\n',
    '',
  ];
  for (const text of wrong) t.throws(() => decode(text), WireError, JSON.stringify(text));
});
