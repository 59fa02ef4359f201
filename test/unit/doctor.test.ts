import t from 'tap';
import { diagnose } from '../../firmware-agent/doctor/diagnosis.ts';
import { examine } from '../../firmware-agent/doctor/examination.ts';
import { block, blockLength, PatternCounter } from '../../firmware-agent/doctor/pattern.ts';
import { type CableWishes, DoctorCable, nullModem, type Wire } from './support/doctor-cable.ts';

const patient = {
  self: 'fw1',
  peer: 'fw2',
  alone: 'fw2 is heard on no other cable',
  rates: { ours: 19_200, theirs: null },
};

async function opinion(wishes: CableWishes, helped = true, prepare = quiet): Promise<string[]> {
  const cable = new DoctorCable(wishes);
  await prepare(cable);
  const findings = await examine({
    here: cable.bench('here'),
    there: helped ? cable.bench('there') : null,
    baud: 19_200,
    tell: () => undefined,
    pause: async () => undefined,
  });
  t.same(cable.left.sort(), helped ? ['here', 'there'] : ['here'], 'every end goes back to its heartbeats');
  return diagnose(findings, patient);
}

async function quiet(_cable: DoctorCable): Promise<void> {}

const without = (...open: readonly string[]) =>
  nullModem().filter(([from, pin, , to]) => !open.includes(`${from} ${pin} ${to}`));
const data = nullModem().filter(([, pin]) => pin === 'TXD');

const cables: readonly (readonly [name: string, wishes: CableWishes, says: RegExp])[] = [
  [
    'a null modem',
    { wires: nullModem() },
    /^A full null modem: all lines are wired; works at 115200, 0 errors in 230\d\d\d bytes\.$/,
  ],
  [
    'three wires',
    { wires: data },
    /^RTS\/CTS and DTR\/DSR\/DCD are not wired: a three-wire cable .*; works at 115200, 0 errors/,
  ],
  [
    'nothing, or straight through',
    { wires: [] },
    /^Nothing comes through on any wire, although fw2 has its port open: .* straight-through/,
  ],
  ['open: our TXD', { wires: without('here TXD RXD') }, /^No data comes from this end to the other: /],
  [
    "open: the peer's TXD",
    { wires: without('there TXD RXD') },
    /^No data comes from the other end to this one: /,
  ],
  [
    'open: both',
    { wires: without('here TXD RXD', 'there TXD RXD') },
    /^The modem lines are wired, but no data passes/,
  ],
  [
    'open: our RTS',
    { wires: without('here RTS CTS') },
    /^Open: RTS \(7\) of fw1 to CTS \(8\) of fw2; the other lines are wired; works at 115200/,
  ],
  [
    "open: the peer's RTS",
    { wires: without('there RTS CTS') },
    /^Open: RTS \(7\) of fw2 to CTS \(8\) of fw1;/,
  ],
  ['open: DSR', { wires: without('here DTR DSR') }, /^Open: DTR \(4\) of fw1 to DSR \(6\) of fw2;/],
  ['open: DCD', { wires: without('there DTR DCD') }, /^Open: DTR \(4\) of fw2 to DCD \(1\) of fw1;/],
  [
    'open: DTR',
    { wires: without('here DTR DSR', 'here DTR DCD') },
    /^Open: DTR \(4\) of fw1 to DSR \(6\) of fw2; DTR \(4\) of fw1 to DCD \(1\) of fw2;/,
  ],
  [
    'a long cable',
    { wires: nullModem(), limit: 57_600 },
    /works at 38400, not at 57600, 0 errors in \d+ bytes\.$/,
  ],
  [
    'noise',
    { wires: nullModem(), noise: 5000 },
    /; at \d+ baud fw2 hears \d+ wrong and 0 lost of \d+ bytes, fw1 hears .*: noise, or a cable that is too long\.$/,
  ],
  [
    'much noise',
    { wires: nullModem(), noise: 100 },
    /; at 19200 baud fw2 hears 1\d wrong and 0 lost of 1536 bytes/,
  ],
  ['ports without modem lines', { wires: nullModem(), blind: true }, /^Data passes; works at 115200/],
];

for (const [name, wishes, says] of cables)
  t.test(name, async (t) => {
    t.match((await opinion(wishes))[0], says);
  });

const joined: Wire[] = [
  ['here', 'TXD', 'here', 'RXD'],
  ['here', 'RTS', 'here', 'CTS'],
];

t.test('a plug that joins pins', async (t) => {
  t.match(
    (await opinion({ wires: joined }, false))[0],
    /^A loopback plug, or a short: .* and so are RTS\/CTS; 0 errors/,
  );
  const threeWire = [...data, joined[1] as Wire, ['there', 'RTS', 'there', 'CTS'] as const];
  t.match(await opinion({ wires: threeWire }), [
    /three-wire/,
    /^In the plug at this end RTS\/CTS are joined\.$/,
  ]);
});

t.test('without the peer only this end is judged', async (t) => {
  t.match(await opinion({ wires: nullModem() }, false), [
    /^No pins are joined in the plug at this end, and the other end drives none of its lines: .*\. More cannot be known from one end: fw2 is heard on no other cable\.$/,
    /^Plug the cable to fw2 in/,
  ]);
});

t.test('an open port at the other end is seen by its lines', async (t) => {
  const opened = (cable: DoctorCable) => cable.bench('there').drive('DTR', true);
  t.match(
    (await opinion({ wires: nullModem() }, false, opened))[0],
    /^DSR, DCD on: the cable is in, and its other end has its port open\. No pins are joined/,
  );
});

t.test('a rate of ha.cf that is too fast for the cable', async (t) => {
  t.match(await opinion({ wires: nullModem(), limit: 19_200 }), [
    /^A full null modem: all lines are wired; works at 9600, not at 19200, 0 errors in 19\d\d\d bytes\.$/,
    /^`baud 19200` of ha\.cf is too fast for this cable: .* `baud 9600` on both nodes\.$/,
  ]);
});

t.test('that the modem lines cannot be known is said, whatever the data does', async (t) => {
  const unknown = /^Whether the modem lines are wired cannot be known: a port of the two has none\.$/;
  for (const wires of [nullModem(), without('here TXD RXD'), []])
    t.match((await opinion({ wires, blind: true }))[1], unknown);
});

t.test('a garbled byte costs one, a lost one its block', async (t) => {
  const counted = (change: (bytes: number[]) => void) => {
    const bytes = Array.from({ length: 20 }, (_, n) => [...block(n)]).flat();
    change(bytes);
    const counter = new PatternCounter();
    for (let at = 0; at < bytes.length; at += 7) counter.take(Uint8Array.from(bytes.slice(at, at + 7)));
    return counter.tally;
  };
  const all = 20 * blockLength;
  t.same(
    counted(() => undefined),
    { right: all, wrong: 0 },
  );
  for (const at of [0, 1, 2, 31]) {
    const garbled = counted((bytes) =>
      bytes.splice(5 * blockLength + at, 1, (bytes[5 * blockLength + at] ?? 0) ^ 1),
    );
    t.same(garbled, { right: all - 1, wrong: 1 }, `byte ${at}`);
  }
  const { right, wrong } = counted((bytes) => bytes.splice(5 * blockLength + 9, 1));
  t.equal(right + wrong, all - 1);
  t.ok(right >= all - 2 * blockLength, `${right} right`);
});
