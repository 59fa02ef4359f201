import type { Bench } from '../../scripts/appliance/bench.ts';
import { examine, service } from '../../scripts/appliance/guest.ts';
import { BAUD } from '../../scripts/appliance/settings.ts';
import {
  loopback,
  NULL_MODEM,
  STRAIGHT_THROUGH,
  THREE_WIRES,
  UNPLUGGED,
  WITHOUT_GROUND,
  type Wiring,
  withoutPin,
} from '../../scripts/appliance/wiring.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { badLinks } from './checks.ts';
import { LIMIT } from './play.ts';
import type { Scenario, Step } from './step.ts';
import { A_SERVES } from './steps.ts';
import { undisturbed } from './undisturbed.ts';

/** By it the doctor sees soon that no rate works, and does not try the best one for long. One byte in two hundred. */
const NOISE = 0.005;
/** The cable is too long for more: at 115200 baud an emulated box on a busy machine loses bytes itself. */
const FASTEST = 38_400;
/** nodeb's, while the rates differ. */
const OTHER_BAUD = 9600;
const HA_CF = '/etc/ha.d/ha.cf';

interface Example {
  readonly cable: string;
  readonly wiring: Wiring;
  readonly says: RegExp;
  readonly noisy?: boolean;
}

const NOTHING = /^Nothing comes through on any wire, although nodeb has its port open: .* straight-through/;
const NO_DATA = /^The modem lines are wired, but no data passes: .* GND \(5\) is open/;

function open(...wires: readonly string[]): RegExp {
  const names = wires.join('; ').replaceAll(/[()]/g, '\\$&');
  return new RegExp(`^Open: ${names}; the other lines are wired; at ${BAUD} baud nodeb hears `);
}

/** Seen from nodea. */
const EXAMPLES: readonly Example[] = [
  {
    cable: 'a null modem',
    wiring: NULL_MODEM,
    says: /^A full null modem: all lines are wired; works at 38400, not at 57600, 0 errors in 7\d{4} bytes/,
  },
  {
    cable: 'a null modem, noisy',
    wiring: NULL_MODEM,
    noisy: true,
    says: /^A full null modem: .*; at 19200 baud nodeb hears \d+ wrong and \d+ lost of \d+ bytes, nodea hears \d+ wrong/,
  },
  {
    cable: 'three wires',
    wiring: THREE_WIRES,
    noisy: true,
    says: /^RTS\/CTS and DTR\/DSR\/DCD are not wired: a three-wire cable .*; at 19200 baud nodeb hears /,
  },
  { cable: 'straight through', wiring: STRAIGHT_THROUGH, says: NOTHING },
  { cable: 'out', wiring: UNPLUGGED, says: NOTHING },
  {
    cable: 'TXD open',
    wiring: withoutPin('nodea', 'TXD'),
    says: /^No data comes from this end to the other: .* although the other way works/,
  },
  {
    cable: 'RXD open',
    wiring: withoutPin('nodea', 'RXD'),
    says: /^No data comes from the other end to this one: .* although the other way works/,
  },
  { cable: 'GND open', wiring: WITHOUT_GROUND, says: NO_DATA },
  {
    cable: 'RTS open',
    wiring: withoutPin('nodea', 'RTS'),
    noisy: true,
    says: open('RTS (7) of nodea to CTS (8) of nodeb'),
  },
  {
    cable: 'CTS open',
    wiring: withoutPin('nodea', 'CTS'),
    noisy: true,
    says: open('RTS (7) of nodeb to CTS (8) of nodea'),
  },
  {
    cable: 'DTR open',
    wiring: withoutPin('nodea', 'DTR'),
    noisy: true,
    says: open('DTR (4) of nodea to DSR (6) of nodeb', 'DTR (4) of nodea to DCD (1) of nodeb'),
  },
  {
    cable: 'DSR open',
    wiring: withoutPin('nodea', 'DSR'),
    noisy: true,
    says: open('DTR (4) of nodeb to DSR (6) of nodea'),
  },
  {
    cable: 'DCD open',
    wiring: withoutPin('nodea', 'DCD'),
    noisy: true,
    says: open('DTR (4) of nodeb to DCD (1) of nodea'),
  },
  {
    cable: 'a loopback plug',
    wiring: loopback('nodea'),
    says: /^A loopback plug, or a short: TXD and RXD of this port are joined, and so are RTS\/CTS and DTR\/DSR\/DCD; 0 errors/,
  },
];

/** What the doctor says of it, where that is not what it should. */
async function misjudged(bench: Bench, { cable, wiring, noisy = false, says }: Example): Promise<string[]> {
  await bench.serial.plug(wiring);
  await bench.serial.noise(noisy ? NOISE : 0);
  await bench.serial.limit(FASTEST);
  const found = await examine(bench, 'nodea', '/dev/ttyS1').catch((error: Error) => error.message);
  return says.test(found) ? [] : [`${cable}: the doctor says: ${found}`];
}

async function mended(bench: Bench): Promise<void> {
  await bench.mend('serial');
  await until('all links up', async () => (await badLinks(bench)).length === 0, LIMIT);
}

function told(examples: readonly Example[], title: string): Step {
  let wrong: string[] = [];
  return undisturbed({
    title,
    act: async (bench) => {
      wrong = [];
      for (const example of examples) wrong.push(...(await misjudged(bench, example)));
      await mended(bench);
    },
    rest: A_SERVES,
    outage: 'none',
    check: async () => wrong,
  });
}

/** Nobody at the other end, then one whose file has another rate. */
function strangePeer(): Step {
  const wrong: string[] = [];
  const judge = async (bench: Bench, cable: string, says: RegExp) =>
    wrong.push(...(await misjudged(bench, { cable, wiring: NULL_MODEM, noisy: true, says })));
  return {
    title: 'no agent at the other end; another baud there',
    act: async (bench) => {
      wrong.length = 0;
      const { shell } = bench.machines.nodeb;
      await service(bench, 'nodeb', 'stop');
      await judge(bench, 'no peer', /More cannot be known from one end: nodeb is heard on no cable/);
      await shell.run(
        `sed 's/${BAUD}/${OTHER_BAUD}/' ${HA_CF} >/run/ha.cf; mount --bind /run/ha.cf ${HA_CF}`,
      );
      await service(bench, 'nodeb', 'start');
      await until(
        'the peers to see each other',
        async () => (await badLinks(bench)).every((text) => text.includes('ttyS1')),
        LIMIT,
      );
      const differ = `The rates differ: .baud ${BAUD}. in ha.cf of nodea, .baud ${OTHER_BAUD}. in that of nodeb`;
      await judge(bench, 'wrong baud', new RegExp(`^${differ}: no heartbeat passes\\.`));
      await shell.run(`umount ${HA_CF}`);
      await service(bench, 'nodeb', 'restart');
      await mended(bench);
    },
    rest: A_SERVES,
    outage: 'none',
    check: async () => wrong,
  };
}

export const cableDoctor: Scenario = {
  name: 'cable doctor',
  steps: [told(EXAMPLES, 'each wrong cable is told apart'), strangePeer()],
};
