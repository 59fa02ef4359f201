import type { Action } from '../../firmware-agent/core/action.ts';
import type { SetWord } from '../../firmware-agent/core/event.ts';
import type { Defences } from '../../firmware-agent/core/settings.ts';
import { type NodeName, nodeNames, other } from './node-name.ts';
import { defaultOptions, Pair, type PairOptions } from './pair.ts';
import { Telling, timeText } from './telling.ts';

/**
 * A transcript is a text in which each command (a line that starts with `> `) is followed by all that it
 * caused. Lines that start with `#` are for the reader. Playing the commands again gives the same text, or
 * the behaviour has changed.
 */
export function play(text: string): string {
  const stage = new Stage();
  const out: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line === '') out.push(line);
    else if (line.startsWith('> ')) out.push(line, ...stage.perform(line.slice(2)));
  }
  return `${out.join('\n').trimEnd()}\n`;
}

class Stage {
  #pair: Pair | null = null;
  #options: PairOptions = defaultOptions;
  #lines: string[] = [];
  #recording: { readonly from: NodeName; readonly bytes: Uint8Array } | null = null;
  readonly #telling = new Telling();

  perform(command: string): string[] {
    this.#lines = [];
    const [verb = '', ...words] = command.split(/\s+/);
    const act = this.#verbs[verb];
    if (!act) throw new Error(`no such command in a transcript: ${command}`);
    act(words);
    return this.#lines;
  }

  readonly #verbs: Readonly<Record<string, (words: string[]) => void>> = {
    pair: (words) => {
      this.#options = readOptions(words);
    },
    boot: (words) => {
      for (const node of words) this.#on().boot(nodeName(node));
    },
    run: ([time]) => this.#on().run(milliseconds(time)),
    cut: (words) => words.forEach((link) => void this.#on().cut(link, true)),
    mend: (words) => words.forEach((link) => void this.#on().cut(link, false)),
    power: ([state, node]) => {
      if (state !== 'off') throw new Error('power off NODE');
      this.#on().world.powerOff(nodeName(node));
    },
    freeze: ([node]) => this.#on().world.machine(nodeName(node)).freeze(),
    unplug: ([node]) => this.#on().world.plugLan(nodeName(node), -1),
    plug: ([node]) => this.#on().world.plugLan(nodeName(node), 1),
    break: ([node]) => {
      this.#on().broken.add(nodeName(node));
    },
    repair: ([node]) => {
      this.#on().broken.delete(nodeName(node));
    },
    replace: ([node, , generation]) => this.#on().replace(nodeName(node), Number(generation)),
    thaw: ([node]) => this.#on().world.thaw(nodeName(node)),
    renew: ([node]) => this.#on().world.machine(nodeName(node)).agent.renew(),
    stop: ([node]) => this.#on().world.stop(nodeName(node)),
    standby: ([node, set]) => this.#on().command(nodeName(node), 'standby', (set ?? 'all') as SetWord),
    stick: ([node]) => {
      this.#on().stuck.add(nodeName(node));
    },
    unstick: ([node]) => {
      this.#on().stuck.delete(nodeName(node));
    },
    disk: ([fault, state, node]) => {
      const ailments = this.#on().world.disk.ailments[nodeName(node)];
      ailments[fault === 'errors' ? 'errors' : 'hangs'] = state === 'on' ? 1 : 0;
    },
    fence: ([state, , node]) => {
      this.#on().world.fenceFaults[nodeName(node)] = state === 'fails' ? 1 : 0;
    },
    acknowledge: ([node]) => this.#on().world.machine(nodeName(node)).agent.acknowledge(1),
    confirm: ([node]) => this.#on().world.machine(nodeName(node)).agent.confirm(1),
    crash: ([node]) => this.#on().world.machine(nodeName(node)).endAgent(),
    rival: ([node, , key = '', , mac = '']) =>
      this.#on()
        .world.machine(nodeName(node))
        .agent.rival({ key, address: `address of ${key}`, mac: mac.replaceAll('-', ' ') }),
    takeover: ([node, set]) => this.#on().command(nodeName(node), 'takeover', (set ?? 'all') as SetWord),
    replay: (words) => this.#replay(words),
    garbage: ([node, link, count]) => {
      for (let n = 0; n < Number(count); n += 1) {
        this.#on().deliver(nodeName(node), link ?? '', Buffer.from(`###\n${n}:rubbish`));
      }
    },
    record: ([type, , from]) => {
      const sender = nodeName(from);
      const packet = this.#on().captured.findLast((p) => p.from === sender && p.type === type);
      this.#recording = packet ?? null;
    },
    play: ([, link]) => {
      const recorded = this.#recording;
      if (!recorded) throw new Error('nothing is recorded');
      this.#on().deliver(other(recorded.from), link ?? '', recorded.bytes);
    },
    show: () => this.#show(),
  };

  #on(): Pair {
    this.#pair ??= new Pair(this.#options, (node, action) => this.#tell(node, action));
    return this.#pair;
  }

  /** `replay TYPE of NODE on LINK`: the newest captured message of that type, once more. */
  #replay([type, , from, , link]: string[]): void {
    const pair = this.#on();
    const sender = nodeName(from);
    const packet = pair.captured.findLast((p) => p.from === sender && p.type === type);
    if (!packet) throw new Error(`${from} never sent ${type}`);
    pair.deliver(other(sender), link ?? '', packet.bytes);
  }

  /** Who serves what, and what each believes. */
  #show(): void {
    const pair = this.#on();
    for (const node of nodeNames) {
      const state = pair.state(node);
      const serves = pair.world.machine(node).groups.up.join(' ') || 'nothing';
      if (!state) {
        this.#lines.push(`           ${node} is off, serves ${serves}`);
        continue;
      }
      const { status, resources, peer, links } = state;
      const up = Object.keys(links).filter((name) => links[name]?.up);
      this.#lines.push(
        `           ${node} ${status}, holds ${resources.holds}, serves groups of ${serves}; peer ${peer.status}, ` +
          `holds ${resources.peerHolds}; links up: ${up.join(' ') || 'none'}`,
      );
    }
  }

  #tell(node: NodeName, action: Action): void {
    if (action.do === 'log' && action.text.startsWith('broken invariant'))
      throw new Error(`${node}: ${action.text}`);
    const said = this.#telling.describe(node, action);
    if (said !== null) this.#lines.push(`${timeText(this.#on().world.clock.now)} ${node} ${said}`);
  }
}

function nodeName(word: string | undefined): NodeName {
  if (word !== 'nodea' && word !== 'nodeb') throw new Error(`not a node: ${word}`);
  return word;
}

function milliseconds(word: string | undefined): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(word ?? '');
  if (!match) throw new Error(`not a time: ${word}`);
  return Number(match[1]) * (match[2] === 's' ? 1000 : 1);
}

/** `look=on isolation=release takeover=confirm`; a delay as a time. */
function readDefences(given: ReadonlyMap<string, string>): Partial<Defences> {
  const takeover = given.get('takeover');
  const takeAfter = given.get('take-after');
  return {
    look: given.get('look') === 'on',
    defend: given.get('defend') === 'on',
    releaseIsolated: given.get('isolation') === 'release',
    takeFromStranger: given.get('stranger') === 'take',
    takeAfter: takeAfter === undefined ? null : milliseconds(takeAfter),
    lock: given.has('lock') ? milliseconds(given.get('lock')) : null,
    fence: given.get('fence') === 'on',
    takeoverDelay: takeover === 'confirm' ? null : takeover === undefined ? 0 : milliseconds(takeover),
  };
}

/** `files=a,b/a,c`: what is compared of the files of nodea and of nodeb. */
function readFiles(text: string): Record<NodeName, readonly string[]> {
  const [nodea = '', nodeb = ''] = text.split('/');
  return { nodea: nodea.split(','), nodeb: nodeb.split(',') };
}

/** `deadtime=5s auto_failback=off groups=nodea,nodeb`. */
function readOptions(words: readonly string[]): PairOptions {
  const given = new Map(words.map((word) => word.split('=') as [string, string]));
  const time = (name: string, otherwise: number) => {
    const word = given.get(name);
    return word === undefined ? otherwise : milliseconds(word);
  };
  return {
    keepalive: time('keepalive', defaultOptions.keepalive),
    deadtime: time('deadtime', defaultOptions.deadtime),
    initdead: time('initdead', defaultOptions.initdead),
    work: time('work', defaultOptions.work),
    watchdog: given.has('watchdog') ? milliseconds(given.get('watchdog')) : null,
    ...(given.has('files') ? { configurations: readFiles(given.get('files') ?? '') } : {}),
    gateway: given.get('gateway') === 'yes',
    legacy: given.get('auto_failback') === 'legacy',
    autoFailback: given.get('auto_failback') !== 'off',
    defences: readDefences(given),
    groups: (given.get('groups')?.split(',') ?? defaultOptions.groups).map(nodeName),
  };
}
