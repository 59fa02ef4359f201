import { setTimeout as sleep } from 'node:timers/promises';
import { type ResourceSet, resourceSets } from '../../firmware-agent/console/control-protocol.ts';
import { statusScreen } from '../../firmware-agent/console/status-screen.ts';
import type { Laboratory } from './laboratory.ts';
import type { TwinbeatNode } from './node.ts';
import type { Observer } from './observer.ts';
import { statusLines } from './screen.ts';
import { SEATS, type Seat } from './seat.ts';

/** A verb of the prompt. It gives the lines of its answer; what is wrong is thrown. */
interface Verb {
  readonly usage: string;
  readonly help: string;
  perform(args: readonly string[]): Promise<readonly string[]>;
}

const CABLES = ['serial', 'serial-a', 'serial-b', 'crossover', 'lan-a', 'lan-b'];
const DONE: readonly string[] = [];
const MOST_LOG_LINES = 1000;
/** Seconds. */
const LONGEST_WAIT = 3600;

/** The verbs that a laboratory understands, by name. */
export function verbsOf(lab: Laboratory, observer: Observer): ReadonlyMap<string, Verb> {
  const onNode = (help: string, work: (node: TwinbeatNode) => Promise<void> | void): Verb => ({
    usage: 'nodea|nodeb',
    help,
    perform: async ([name]) => {
      await work(lab.nodes[seatOf(name)]);
      return DONE;
    },
  });
  const withSet = (help: string, work: (node: TwinbeatNode, set: ResourceSet) => Promise<void>): Verb => ({
    usage: `nodea|nodeb [${resourceSets.join('|')}]`,
    help,
    perform: async ([name, word = 'all']) => {
      const set = resourceSets.find((known) => known === word);
      if (set === undefined) throw new Error(`no such set: ${word} (${resourceSets.join(', ')})`);
      await work(lab.nodes[seatOf(name)], set);
      return DONE;
    },
  });
  const onSerial = (
    usage: string,
    help: string,
    work: (value: number, from?: Seat) => Promise<void>,
  ): Verb => ({
    usage: `serial|serial-a|serial-b ${usage}`,
    help,
    perform: async ([name = '', value = '']) => {
      if (!name.startsWith('serial') || !CABLES.includes(name))
        throw new Error('only the serial cable can do that');
      if (!/^\d+(\.\d+)?$/.test(value)) throw new Error(`not a number: ${value}`);
      await work(Number(value), directionOf(name));
      return DONE;
    },
  });
  const onCable = (help: string, verb: 'cut' | 'mend'): Verb => ({
    usage: CABLES.join('|'),
    help,
    perform: async ([name = '']) => {
      if (!CABLES.includes(name)) throw new Error(`no such cable: ${name} (${CABLES.join(', ')})`);
      if (name.startsWith('serial')) await lab.serial[verb](directionOf(name));
      else await lab.network[verb](name === 'crossover' ? name : seatOf(name.slice('lan-'.length)));
      return DONE;
    },
  });

  return new Map<string, Verb>([
    ['cut', onCable('pull a cable (serial-a: only what nodea sends)', 'cut')],
    ['mend', onCable('plug it in again; a serial cable is as good as new', 'mend')],
    [
      'slow',
      onSerial('BAUD', 'let the serial cable carry less', (baud, from) => lab.serial.slow(pace(baud), from)),
    ],
    [
      'noise',
      onSerial('P', 'garble bytes, 0 to 1', (chance, from) => lab.serial.noise(probability(chance), from)),
    ],
    ['kill', onNode('cut the power of a box', (node) => node.kill())],
    ['boot', onNode('give a box power and start its agent', (node) => node.boot())],
    ['freeze', onNode('stop all that runs on a box, but not its kernel', (node) => node.freeze())],
    ['thaw', onNode('let it go on', (node) => node.thaw())],
    ['stop', onNode('end the agent gracefully', (node) => node.stop())],
    ['crash', onNode('kill the agent; the box lives on', (node) => node.crash())],
    ['start', onNode('start the agent on a box that has power', (node) => node.startDaemon())],
    ['standby', withSet('let a node give up resources', (node, set) => node.standby(set))],
    ['takeover', withSet('let a node take resources', (node, set) => node.takeover(set))],
    [
      'status',
      {
        usage: '[nodea|nodeb]',
        help: 'both nodes, links, client; or all of one node',
        perform: async ([name]) => {
          if (name === undefined) return statusLines(observer.sighting);
          const report = await lab.nodes[seatOf(name)].status();
          return report === null ? ['no agent answers'] : statusScreen(report).split('\n');
        },
      },
    ],
    [
      'wait',
      {
        usage: 'SECONDS',
        help: 'do nothing for a while: for scripts',
        perform: async ([seconds = '']) => {
          if (!/^\d+(\.\d+)?$/.test(seconds)) throw new Error(`not a number: ${seconds}`);
          await sleep(Math.min(LONGEST_WAIT, Number(seconds)) * 1000);
          return DONE;
        },
      },
    ],
    [
      'log',
      {
        usage: 'nodea|nodeb [LINES]',
        help: 'the end of a log',
        perform: async ([name, lines = '20']) => {
          const { log, said } = lab.nodes[seatOf(name)];
          const count = Math.min(MOST_LOG_LINES, Number.parseInt(lines, 10) || 20);
          const logged = log.tail(count);
          return logged.length > 0 ? logged : said.tail(count);
        },
      },
    ],
  ]);
}

/** Both `nodea` and `a` name a node. */
function seatOf(name = ''): Seat {
  const seat = SEATS.find((one) => one === name || one === `node${name}`);
  if (seat === undefined) throw new Error(`which node? ${SEATS.join(' or ')}`);
  return seat;
}

function directionOf(cable: string): Seat | undefined {
  return cable === 'serial' ? undefined : seatOf(cable.slice('serial-'.length));
}

function pace(baud: number): number {
  if (baud < 1 || baud > 4_000_000) throw new Error('a baud rate from 1 to 4000000');
  return baud;
}

function probability(chance: number): number {
  if (chance > 1) throw new Error('a probability from 0 to 1');
  return chance;
}
