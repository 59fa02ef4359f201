import { errorText } from '../../../hw/error.ts';
import type { PasswordHash } from '../../config/config.ts';
import type { Happened } from '../../events/event.ts';
import { Limiter } from '../../events/limiter.ts';
import type { Answer, ConsoleHandlers } from '../control-protocol.ts';
import type { GroupReport } from '../report.ts';
import { printable } from '../text.ts';
import { heldAddresses } from './addresses.ts';
import { PasswordGate } from './password-gate.ts';

/** Characters that a console may put into an event. */
const longestNote = 160;
const longestPort = 60;
/** Of one console in ten minutes: whoever pastes a book must not wash out why the pair failed over last night. */
const mostNotes = 100;

export interface AgentSideOptions {
  /** The one in force; null: none is set. */
  readonly password: () => PasswordHash | null;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly note: (happened: Happened) => void;
  readonly groups: () => readonly Pick<GroupReport, 'resources'>[];
  /** Gratuitous ARP for every address that is up here. */
  readonly announce: () => void;
  /** What is found at a serial cable, the most important first; rejects in words. */
  readonly examine: (link: string | undefined, tell: (text: string) => void) => Promise<readonly string[]>;
}

/** What consoles ask the agent for, besides what every command does. */
export function consoleHandlers({
  password,
  now,
  note,
  groups,
  announce,
  examine,
}: AgentSideOptions): ConsoleHandlers {
  const gate = new PasswordGate({ hash: password, now });
  const limiter = new Limiter(mostNotes);

  const tell = (port: string, text: string): void => {
    const where = printable(port).slice(0, longestPort);
    const untold = limiter.admit('console', now());
    if (untold === null) return;
    const before = untold === 0 ? '' : ` (${untold} more lines were left out before it)`;
    note({
      kind: 'console',
      text: `console ${where}: ${printable(text).slice(0, longestNote)}${before}`,
      facts: { port: where, ...(untold > 0 && { untold }) },
    });
  };

  return {
    async note(port, text) {
      tell(port, text);
      return { ok: true, text: 'noted' };
    },
    async password(port, word) {
      if (!gate.isSet) return { ok: true, text: 'no password is set' };
      if (word === undefined) return { ok: false, text: 'a password is set', wait: gate.wait };
      const verdict = await gate.judge(word);
      if (verdict.is !== 'early') tell(port, `${verdict.is} password`);
      if (verdict.is === 'right') return { ok: true, text: 'right' };
      const { is, wait } = verdict;
      return { ok: false, text: is === 'wrong' ? 'Wrong.' : 'Too early after a wrong one.', wait };
    },
    announce: () => Promise.resolve(announced(groups(), announce)),
    async cable(link, progress) {
      try {
        return { ok: true, text: (await examine(link, progress)).join('\n') };
      } catch (error) {
        return { ok: false, text: errorText(error) };
      }
    },
  };
}

function announced(groups: ReturnType<AgentSideOptions['groups']>, announce: () => void): Answer {
  const held = heldAddresses(groups);
  if (held.length === 0) return { ok: false, text: 'No address is held here: there is nothing to announce.' };
  announce();
  return { ok: true, text: `Announced to the neighbours: ${held.join(', ')}.` };
}
