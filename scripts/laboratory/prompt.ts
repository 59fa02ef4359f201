import { createInterface } from 'node:readline';
import type { Laboratory } from './laboratory.ts';
import type { Observer } from './observer.ts';
import { verbsOf } from './verbs.ts';

/** Where verbs come from and answers go: a terminal, or a script by way of a pipe. */
export interface Conversation {
  /** Write a line; on a terminal above what is being typed. */
  say(line: string): void;
  /** Do the verbs, one after the other, until `quit` or the end of the input. */
  run(lab: Laboratory, observer: Observer): Promise<void>;
}

const PROMPT = 'pair> ';

export function conversation(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Conversation {
  let asking = false;
  const terminal = input.isTTY && output.isTTY;
  const lines = createInterface({ input, output: terminal ? output : undefined, terminal, prompt: PROMPT });
  // Without a listener Ctrl-C would only pause the input. While a verb works, or hangs, it takes everything down.
  lines.on('SIGINT', () => (asking ? lines.close() : process.kill(process.pid, 'SIGINT')));
  // Lines that come before anybody asks for them would be lost; the iterator keeps them.
  const typed = lines[Symbol.asyncIterator]();

  const say = (line: string): void => {
    output.write(asking ? `\r\x1b[K${line}\n` : `${line}\n`);
    if (asking) lines.prompt(true);
  };

  const run = async (lab: Laboratory, observer: Observer): Promise<void> => {
    const verbs = verbsOf(lab, observer);
    for (;;) {
      asking = terminal;
      if (terminal) lines.prompt();
      const { value, done } = await typed.next();
      asking = false;
      const [name = '', ...args] = done ? ['quit'] : value.trim().split(/\s+/);
      if (name === 'quit' || name === 'exit') return;
      if (name !== '') await obey(verbs, name, args, say);
    }
  };

  return { say, run };
}

async function obey(
  verbs: ReturnType<typeof verbsOf>,
  name: string,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const verb = verbs.get(name);
  if (verb === undefined) {
    if (name !== 'help') say(`no such verb: ${name}; there are:`);
    for (const [word, { usage, help }] of verbs) say(`  ${`${word} ${usage}`.padEnd(52)} ${help}`);
    say(`  ${'quit'.padEnd(52)} take everything down`);
    return;
  }
  try {
    const answer = await verb.perform(args);
    for (const line of answer.length > 0 ? answer : ['done']) say(line);
  } catch (error) {
    say(`${name}: ${(error as Error).message} (usage: ${name} ${verb.usage})`);
  }
}
