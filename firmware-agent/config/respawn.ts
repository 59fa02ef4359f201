import { basename } from 'node:path';
import type { ClientConfig } from './config.ts';
import { userAccount } from './databases.ts';
import type { Directive } from './directive.ts';
import type { Reading } from './draft.ts';
import type { Word } from './source.ts';

/** Programs that Heartbeat starts and that this agent does not need, each with what is said about it. */
const KNOWN_CLIENTS: Readonly<Record<string, string>> = {
  cibmon: 'cibmon is not started: watching services is built into the agent, though not yet in this version',
};

/** Programs that go with the node. */
export const respawnDirectives: readonly Directive[] = [
  {
    name: 'respawn',
    usage: 'USER COMMAND...',
    form: 'line',
    repeat: 'many',
    ownWords: 2,
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
      if (known === undefined) takeClient('respawn', user, command, reading);
      else reading.findings.warning(program, `respawn: ${known}`);
    },
  },
  {
    name: 'failfast',
    usage: 'USER COMMAND...',
    form: 'line',
    repeat: 'many',
    ownWords: 2,
    take(user, command, reading) {
      if (takeProgram('failfast', user, command, reading)) takeClient('failfast', user, command, reading);
    },
  },
];

/** What cannot run is found out here, and not when the node is active. */
function takeClient(
  kind: ClientConfig['kind'],
  user: Word,
  command: readonly Word[],
  reading: Reading,
): void {
  const { draft, findings, probe } = reading;
  const [program] = command;
  const account = userAccount(user.text, probe);
  if (account === undefined) {
    findings.error(user, `${kind}: there is no user ${user.text} on this machine: add it, or name another`);
  } else if (program && !probe.isExecutable(program.text)) {
    const mend = probe.exists(program.text)
      ? `"chmod +x" it, or name a program`
      : 'install it, or write where it is';
    findings.error(program, `${kind}: ${program.text} cannot be run: ${mend}`);
  } else {
    draft.clients.push({
      kind,
      user: user.text,
      ...account,
      command: command.map(({ text }) => text).join(' '),
    });
  }
}

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
