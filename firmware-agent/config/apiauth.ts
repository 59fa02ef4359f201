import { accountNumber } from './databases.ts';
import type { Directive } from './directive.ts';
import type { Draft, Reading } from './draft.ts';
import type { Probe } from './probe.ts';
import type { Word } from './source.ts';

/** Who may speak to the agent under a client's name: one of these users, or a member of one of these groups. */
export interface ApiUsers {
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  /** As written, for people. */
  readonly text: string;
}

/** By the client's name; `anon`: who gives none, as all commands do; `default`: every name that is not here. */
export type ApiAuth = Readonly<Record<string, ApiUsers>>;

/** The group of those who may command a cluster, as Heartbeat's package calls it. */
export const commandGroup = 'haclient';

/** Programs of Heartbeat whose work is built in here: nobody signs on under their names. */
const builtIn = ['ipfail', 'ccm', 'ping', 'cibmon', 'cib', 'crmd', 'pengine', 'attrd', 'stonithd', 'lrmd'];

/** Spec config.md 3. */
export const apiauthDirective: Directive = {
  name: 'apiauth',
  usage: 'CLIENT [uid=USER,...] [gid=GROUP,...]',
  form: 'line',
  repeat: 'many',
  take: takeApiauth,
};

function takeApiauth(client: Word, rest: readonly Word[], reading: Reading): void {
  const { draft, findings } = reading;
  const earlier = draft.apiClients.get(client.text);
  if (earlier) {
    findings.error(client, `apiauth: ${client.text} has line ${earlier.line} already: join the two`);
    return;
  }
  draft.apiClients.set(client.text, client);
  const wrong = rest.find(({ text }) => !/^[ug]id=[^,=]+(,[^,=]+)*$/.test(text));
  if (wrong) {
    findings.error(wrong, `apiauth "${wrong.text}": write uid=USER,... or gid=GROUP,... without blanks`);
    return;
  }
  if (builtIn.includes(client.text)) {
    findings.info(client, `apiauth: what ${client.text} does is built in: nobody signs on under this name`);
    return;
  }
  draft.api[client.text] = {
    uids: numbersOf('uid', rest, reading),
    gids: numbersOf('gid', rest, reading),
    text: rest.map(({ text }) => text).join(' ') || 'nobody',
  };
}

/** Those of all words of this kind. */
function numbersOf(kind: 'uid' | 'gid', words: readonly Word[], { findings, probe }: Reading): number[] {
  const [file, what] = kind === 'uid' ? (['passwd', 'user'] as const) : (['group', 'group'] as const);
  return words
    .filter(({ text }) => text.startsWith(kind))
    .flatMap((word) =>
      word.text
        .slice(kind.length + 1)
        .split(',')
        .flatMap((name) => {
          const number = accountNumber(file, name, probe);
          if (number !== undefined) return number;
          findings.error(
            word,
            `apiauth: there is no ${what} ${name} on this machine: add it, or take it out of this line`,
          );
          return [];
        }),
    );
}

/** With Heartbeat's own rule for those who give no name, unless there is a line for them. */
export function settleApiAuth({ api }: Draft, probe: Probe): ApiAuth {
  const group = accountNumber('group', commandGroup, probe);
  const anon = { uids: [0], gids: group === undefined ? [] : [group], text: `uid=root gid=${commandGroup}` };
  return { anon, ...api };
}
