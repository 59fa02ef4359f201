import { basename } from 'node:path';
import type { Directive } from './directive.ts';
import type { Reading } from './draft.ts';
import type { Word } from './source.ts';

/** Programs that Heartbeat starts and that this agent does not need, each with what is said about it. */
const KNOWN_CLIENTS: Readonly<Record<string, string>> = {
  cibmon: 'cibmon is not started: watching services is built into the agent, though not yet in this version',
};

/** Whole-line directives that are read and checked, and have no effect in this version. */
export const respawnDirectives: readonly Directive[] = [
  {
    name: 'respawn',
    usage: 'USER COMMAND...',
    form: 'line',
    repeat: 'many',
    take(user, command, reading) {
      const program = takeProgram('respawn', user, command, reading);
      if (!program) return;
      if (basename(program.text) === 'ipfail') {
        reading.draft.ipfail = program;
        reading.findings.info(
          program,
          'respawn: ipfail is built in: the node that sees more ping nodes serves',
        );
        return;
      }
      const known = KNOWN_CLIENTS[basename(program.text)];
      reading.findings.warning(
        program,
        `respawn: ${known ?? `${program.text} is not started by this version: start it from the init system`}`,
      );
    },
  },
  {
    name: 'failfast',
    usage: 'USER COMMAND...',
    form: 'line',
    repeat: 'many',
    take(user, command, reading) {
      const program = takeProgram('failfast', user, command, reading);
      if (!program) return;
      reading.findings.warning(
        program,
        `failfast: ${program.text} is not started by this version, and the machine does not reboot when it fails`,
      );
    },
  },
  {
    name: 'apiauth',
    usage: 'CLIENT [uid=USER,...] [gid=GROUP,...]',
    form: 'line',
    repeat: 'many',
    take: takeApiauth,
  },
  ...['ucast6', 'mcast6'].map((name) => ipv6Medium(name, 'line')),
  ipv6Medium('ping6', 'each'),
];

function takeProgram(
  name: string,
  user: Word,
  [program]: readonly Word[],
  { findings }: Reading,
): Word | undefined {
  if (!program) {
    findings.error(user, `${name} has no command: write "${name} USER /full/path/of/program"`);
  } else if (!program.text.startsWith('/')) {
    findings.error(program, `${name} "${program.text}": write the program's full path, beginning with "/"`);
  } else {
    return program;
  }
  return undefined;
}

function takeApiauth(client: Word, rest: readonly Word[], { draft, findings }: Reading): void {
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
  findings.info(
    client,
    `apiauth: who may talk to the agent is decided by the permissions of its socket (group haclient)`,
  );
}

function ipv6Medium(name: string, form: Directive['form']): Directive {
  return {
    name,
    usage: form === 'each' ? 'HOST' : 'INTERFACE ADDRESS...',
    form,
    repeat: 'many',
    take(word, _rest, { findings }) {
      findings.warning(word, `${name}: this version does not speak IPv6: this line is not used`);
    },
  };
}
