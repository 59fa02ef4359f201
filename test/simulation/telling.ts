import type { Action } from '../../firmware-agent/core/action.ts';
import type { NodeName } from './node-name.ts';

/** Puts what a node does in words for a transcript; null: not worth a line. */
export class Telling {
  readonly #lastStatus = new Map<NodeName, string>();

  describe(node: NodeName, action: Action): string | null {
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
        return `logs ${action.entity === undefined ? '' : `as ${action.entity} `}${action.level}: ${action.text}`;
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
        return action.set === 'all'
          ? 'drops every address at once'
          : `drops the addresses of ${action.set} at once`;
      case 'lock':
        return `${action.what}s the lock of ${action.set}`;
      case 'fence':
        return 'fences the other box';
      case 'call off fence':
        return 'calls the fence off';
      case 'announce':
        return 'announces its addresses';
      case 'look':
        return `looks for ${action.set}`;
      case 'alarm':
        return `alarm ${action.level} ${action.kind}: ${action.text}`;
      case 'generation':
        return `speaks with generation ${action.generation}`;
      case 'exit':
        return 'exits';
      default:
        return null;
    }
  }
}

/** Virtual milliseconds as a transcript shows them. */
export function timeText(now: number): string {
  return (now / 1000).toFixed(3).padStart(8);
}
