import type { Action } from '../../firmware-agent/core/action.ts';
import type { SetWord } from '../../firmware-agent/core/event.ts';
import { defaultOptions, type NodeName, nodeNames, other, Pair, type PairOptions } from './pair.ts';

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
  readonly #lastStatus = new Map<NodeName, string>();

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
    run: ([time]) => this.#on().clock.run(milliseconds(time)),
    cut: (words) => words.forEach((link) => void this.#on().cut.add(link)),
    mend: (words) => words.forEach((link) => void this.#on().cut.delete(link)),
    power: ([state, node]) => {
      if (state !== 'off') throw new Error('power off NODE');
      this.#on().powerOff(nodeName(node));
    },
    freeze: ([node]) => this.#on().freeze(nodeName(node)),
    unplug: ([node]) => {
      this.#on().box(nodeName(node)).seesGateway = false;
    },
    plug: ([node]) => {
      this.#on().box(nodeName(node)).seesGateway = true;
    },
    break: ([node]) => {
      this.#on().box(nodeName(node)).broken = true;
    },
    repair: ([node]) => {
      this.#on().box(nodeName(node)).broken = false;
    },
    replace: ([node, , generation]) => this.#on().replace(nodeName(node), Number(generation)),
    thaw: ([node]) => this.#on().thaw(nodeName(node)),
    stop: ([node]) => this.#on().happen(nodeName(node), { kind: 'stop' }),
    standby: ([node, set]) => this.#on().command(nodeName(node), 'standby', (set ?? 'all') as SetWord),
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
    pair.deliver(sender === 'nodea' ? 'nodeb' : 'nodea', link ?? '', packet.bytes);
  }

  /** Who serves what, and what each believes. */
  #show(): void {
    const pair = this.#on();
    for (const node of nodeNames) {
      const box = pair.box(node);
      const serves = [...box.serves].join(' ') || 'nothing';
      if (!box.state) {
        this.#lines.push(`           ${node} is off, serves ${serves}`);
        continue;
      }
      const { status, resources, peer, links } = box.state;
      const up = Object.keys(links).filter((name) => links[name]?.up);
      this.#lines.push(
        `           ${node} ${status}, holds ${resources.holds}, serves groups of ${serves}; peer ${peer.status}, ` +
          `holds ${resources.peerHolds}; links up: ${up.join(' ') || 'none'}`,
      );
    }
  }

  #tell(node: NodeName, action: Action): void {
    const said = this.#describe(node, action);
    if (said === null) return;
    const time = (this.#on().clock.now / 1000).toFixed(3).padStart(8);
    this.#lines.push(`${time} ${node} ${said}`);
  }

  #describe(node: NodeName, action: Action): string | null {
    switch (action.do) {
      case 'send': {
        const text = action.fields.map(([name, value]) => `${name}=${value}`).join(' ');
        if (text.startsWith('t=NS_ackmsg')) return null;
        if (text.startsWith('t=status')) {
          // Only the first of many equal heartbeats is news.
          if (this.#lastStatus.get(node) === text) return null;
          this.#lastStatus.set(node, text);
        }
        return `sends ${action.seq === null ? '' : `#${action.seq} `}${text}`;
      }
      case 'log':
        if (action.text.startsWith('broken invariant')) throw new Error(`${node}: ${action.text}`);
        return `logs ${action.level}: ${action.text}`;
      case 'acquire':
      case 'release':
        return `${action.do}s ${action.set}`;
      case 'resend':
        return `sends #${action.seq} again`;
      case 'answer':
        return `answers ${action.ok ? 'yes' : 'no'}: ${action.text}`;
      case 'restart':
        return `starts anew after ${action.after} ms`;
      case 'abandon':
        return 'drops every address at once';
      case 'announce':
        return 'announces its addresses';
      case 'generation':
        return `speaks with generation ${action.generation}`;
      case 'exit':
        return 'exits';
      default:
        return null;
    }
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
    gateway: given.get('gateway') === 'yes',
    legacy: given.get('auto_failback') === 'legacy',
    autoFailback: given.get('auto_failback') !== 'off',
    groups: (given.get('groups')?.split(',') ?? defaultOptions.groups).map(nodeName),
  };
}
