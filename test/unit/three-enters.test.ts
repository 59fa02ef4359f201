import t from 'tap';
import { ThreeEnters } from '../../firmware-agent/three-enters.ts';
import { Random } from './support/random.ts';
import { bytesOf, streams } from './support/vectors.ts';

/** Times at which a human has pressed Enter three times. */
function found(keys: Iterable<readonly [at: number, text: string | Uint8Array]>): number[] {
  const enters = new ThreeEnters();
  const times: number[] = [];
  const look = (until: number): void => {
    const { due } = enters;
    if (due <= until && enters.look(due)) times.push(due);
  };
  for (const [at, text] of keys) {
    look(at);
    enters.take(Buffer.from(text), at);
  }
  look(Number.MAX_VALUE);
  return times;
}

/** Each so many ms after the one before, after a rest. */
function pressed(gap: number, ...enters: readonly string[]): [number, string][] {
  return enters.map((enter, n) => [5000 + n * gap, enter]);
}

t.test('three Enters of any terminal, at any human pace', async (t) => {
  for (const enter of ['\r', '\n', '\r\n'])
    for (const gap of [60, 200, 400])
      t.same(
        found(pressed(gap, enter, enter, enter)),
        [5500 + 2 * gap],
        `${JSON.stringify(enter)} every ${gap} ms`,
      );
  t.same(found(pressed(4900, '\r', '\r', '\r')), [15_300], 'slowly');
  t.same(found(pressed(150, ...Array<string>(12).fill('\r'))), [7150], 'again and again');
});

t.test('a busy box reads several at once', async (t) => {
  t.same(found(pressed(200, '\r\r', '\r')), [5700]);
  t.same(found(pressed(400, '\r', '\r\n', '\r\r')), [], 'but no terminal changes its Enter');
  t.same(found(pressed(400, '\r\n', '\r\n\r\n')), [5900]);
  t.same(found([...pressed(0, '\r\r\r'), [6000, '\r'], [6400, '\r\r']]), [6900], 'all at once are none');
});

t.test('CR LF in two pieces is one Enter', async (t) => {
  const keys = [5000, 5300, 5600].flatMap((at) => [[at, '\r'] as const, [at + 10, '\n'] as const]);
  t.same(found(keys), [6100]);
  t.same(found(keys.slice(0, 4)), []);
});

t.test('something else begins anew', async (t) => {
  for (const text of ['x', ' ', '\x00', 'status\r']) {
    const keys = pressed(200, '\r', '\r', text, '\r', '\r');
    t.same(found(keys), [], JSON.stringify(text));
  }
  t.same(found([[5000, 'x'], ...pressed(200, '\r', '\r', '\r')]), [], 'the end of a line of text');
  t.same(found([[4000, 'x'], ...pressed(200, '\r', '\r', '\r')]), [5900], 'a second later');
  t.same(found([...pressed(200, '\r', '\r', '\r'), [5800, 'root\r']]), [], 'the beginning of something');
  t.same(
    found([
      [5000, '\r'],
      [10_001, '\r'],
      [10_200, '\r'],
    ]),
    [],
    'too slow',
  );
});

t.test('what programs write brings nothing, however the bytes are cut', async (t) => {
  const talk = [
    ...['\r\n\r\n\r\n', '\n\n\n', '\r\r\r', '\r\n'.repeat(25), '\r\n\r\n\r\nU-Boot 2023.07\r\n'],
    '[    0.000000] Linux version 6.1.0\r\n\r\n\r\n[    0.000001] Command line: \r\n',
    '\r\nDebian GNU/Linux 12 nodeb ttyS0\r\n\r\nnodeb login: ',
    '\r\nnodeb: press Enter for the console of Twinbeat.\r\n',
    '\r\nnodeb> \r\nnodeb> \r\nnodeb> ',
    ...streams.map((stream) => bytesOf(stream).toString('latin1')),
  ];
  for (const size of [1, 2, 3, 16, 1000])
    for (const baud of [9600, 115_200]) {
      const chunks: [number, string][] = [];
      let at = 0;
      for (const text of talk) {
        for (let from = 0; from < text.length; from += size) {
          const piece = text.slice(from, from + size);
          chunks.push([at, piece]);
          at += (piece.length * 10_000) / baud;
        }
        at += 3000;
      }
      t.same(found(chunks), [], `${size} bytes at once, ${baud} baud`);
    }
});

t.test('empty lines without end are none, and take no room', async (t) => {
  const lines = Array.from({ length: 10_000 }, (_, n): [number, string] => [5000 + n * 5, '\r\n']);
  t.same(found(lines), []);
});

t.test('a million bytes of noise bring nothing', async (t) => {
  const random = new Random(7);
  let at = 0;
  // Single bytes, in all the times in which Enters count.
  const noise = Array.from({ length: 1_000_000 }, (): [number, Uint8Array] => {
    at += random.below(2500);
    return [at, Uint8Array.of(random.below(256))];
  });
  t.same(found(noise), []);
});
