import t from 'tap';
import { OtherEnd } from '../../firmware-agent/other-end.ts';
import { bytesOf, messages, streams } from './support/vectors.ts';

/** The first word about who is there; null: a human, throughout. */
function first(pieces: Iterable<readonly [at: number, text: string | Uint8Array]>): string | null {
  const otherEnd = new OtherEnd(['nodea', 'nodeb']);
  for (const [at, piece] of pieces) {
    const who = otherEnd.hear(Buffer.from(piece), at);
    if (who !== null) return `${who} at ${at}`;
  }
  return null;
}

t.test('a heartbeat is no human: that of a Heartbeat, whole, cut anywhere, behind noise', async (t) => {
  for (const stream of streams) t.equal(first([[0, bytesOf(stream)]]), 'node at 0', stream.file);
  const [message] = messages.filter(({ medium, kind }) => medium === 'serial' && kind.startsWith('status'));
  if (message === undefined) throw new Error('no captured heartbeat');
  const bytes = bytesOf(message);
  t.equal(
    first([
      [0, 'stat\xff\r\n'],
      [1, bytes],
    ]),
    'node at 1',
  );
  for (let cut = 1; cut < bytes.length - 1; cut += 7)
    t.equal(
      first([
        [0, bytes.subarray(0, cut)],
        [1, bytes.subarray(cut)],
      ]),
      'node at 1',
      `cut at ${cut}`,
    );
  t.equal(
    first([
      [0, bytes.subarray(0, -5)],
      [1, '\r\n'],
    ]),
    null,
    'without its end',
  );
});

t.test('what a human types or pastes is no node', async (t) => {
  const typed = [
    'status\r',
    '>>>\r',
    '<<<\r',
    '>>>\rhelp\r<<<\r',
    '>>>\r\nt=status\r\nst=active\r\n<<<\r\n',
    'nodeb> links\r\n/dev/ttyS0 (serial): up\r\nnodeb> quit\r\n',
  ];
  for (const text of typed) t.equal(first([[0, text]]), null, JSON.stringify(text));
  t.equal(first([...typed].map((text, n) => [n * 1000, text])), null, 'one after the other');
  const transcript = 'nodea> version\r\nthe agent: 0.1.0\r\n'.repeat(200);
  const pasted = Array.from({ length: transcript.length / 96 }, (_, n): [number, string] => [
    n * 100,
    transcript.slice(n * 96, (n + 1) * 96),
  ]);
  t.equal(first(pasted.filter(([at]) => at < 10_000)), null, 'ten seconds of pasting at 9600 baud');
});

t.test('a menu that answers without end is none, either', async (t) => {
  for (const node of ['nodea', 'nodeb']) {
    const answers = Array.from({ length: 40 }, (_, n): [number, string][] => [
      [n * 500, `Unknown command "x".\r\n${node.slice(0, 3)}`],
      [n * 500 + 5, `${node.slice(3)}> x`],
    ]).flat();
    t.equal(first(answers), 'menu at 10005', node);
  }
  const rare = Array.from({ length: 40 }, (_, n): [number, string] => [n * 2100, 'nodeb> ']);
  t.equal(first(rare), null, 'a human who pastes one now and then');
});
