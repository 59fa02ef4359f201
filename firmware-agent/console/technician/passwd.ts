import type { CommandContext } from '../command-context.ts';
import { longestLine } from './line-editor.ts';
import { makeRaw } from './raw-terminal.ts';
import { hashOf } from './scrypt.ts';
import { Typing } from './typing.ts';

/** Characters. */
const shortest = 6;
/** Milliseconds without a key until it gives up. */
const idle = 120_000;

/**
 * `twinbeat passwd`: the line of twinbeat.cf for a password that is typed twice, unseen, or is the first line of a pipe. Resolves with 1
 * where there is none.
 */
export async function passwd({ terminal }: Pick<CommandContext, 'terminal'>): Promise<number> {
  const password = process.stdin.isTTY ? await typedTwice() : await firstLine();
  const length = password === null ? 0 : [...password].length;
  if (password === null) terminal.err('That was not the same twice: nothing is made.');
  else if (length < shortest || length > longestLine)
    terminal.err(`A password has ${shortest} to ${longestLine} characters.`);
  else {
    terminal.out(`password ${await hashOf(password)}`);
    terminal.err('This line belongs into twinbeat.cf on both nodes, mode 0600; then reload the agent.');
    return 0;
  }
  return 1;
}

/** Null: not the same, or given up. */
async function typedTwice(): Promise<string | null> {
  const { stdin, stderr } = process;
  const restore = makeRaw(stdin);
  const typing = new Typing({
    echo: (text) => stderr.write(text),
    interrupted: () => {},
    over: () => {},
    idle,
  });
  const push = (bytes: Buffer): void => typing.push(bytes);
  stdin.on('data', push);
  stdin.once('end', () => typing.close());
  try {
    stderr.write('New password: ');
    const first = await typing.read(true);
    stderr.write('The same again: ');
    const second = await typing.read(true);
    const isSame = first.is === 'line' && second.is === 'line' && first.text === second.text;
    return isSame && !first.tooLong ? first.text : null;
  } finally {
    restore();
    typing.close();
    stdin.off('data', push);
    stdin.destroy();
  }
}

async function firstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('\n') || text.length > 10 * longestLine) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}
