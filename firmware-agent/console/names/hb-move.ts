import type { CommandContext } from '../command-context.ts';
import { request } from '../control-client.ts';
import { type ResourceSet, resourceSets } from '../control-protocol.ts';
import { takeDirectories } from './directories.ts';
import { scriptLine } from './say.ts';

/** `hb_standby [all|foreign|local|failback]`, as in spec logs-and-tools.md 3.2. */
export function hbStandby(words: readonly string[], context: CommandContext, called: string) {
  return move('standby', words, context, called);
}

/** `hb_takeover [all|foreign|local|failback]`, as in 3.3. */
export function hbTakeover(words: readonly string[], context: CommandContext, called: string) {
  return move('takeover', words, context, called);
}

/**
 * Asks and does not wait for the end, as Heartbeat's scripts: 0 once the agent has heard it, also where it refuses, which is
 * then said. 1: wrong words, or nobody hears.
 */
async function move(
  command: 'standby' | 'takeover',
  given: readonly string[],
  { terminal }: CommandContext,
  called: string,
): Promise<number> {
  const { directories, words } = takeDirectories(given);
  const set = setOf(words);
  if ('wrong' in set) {
    if (set.wrong !== null) terminal.out(`${called}: ${set.wrong}`);
    terminal.out('usage:');
    terminal.err(`${called} [all|foreign|local|failback]`);
    return 1;
  }
  const { name } = set;
  if (command === 'standby')
    terminal.err(scriptLine(`Going standby [${name === 'failback' ? 'foreign' : name}].`));
  const outcome = await request(directories.runDir, { command, set: name }, { answer: 'begun' });
  if (outcome.kind === 'answer' && outcome.answer.ok) return 0;
  if (outcome.kind === 'answer') terminal.err(outcome.answer.text);
  if (outcome.kind === 'failed') terminal.err(outcome.text);
  return outcome.kind === 'failed' ? 1 : 0;
}

function setOf(words: readonly string[]): { readonly name: ResourceSet } | { readonly wrong: string | null } {
  const [word = 'all', ...more] = words;
  if (more.length > 0) return { wrong: 'too many arguments' };
  const name = resourceSets.find((known) => known === word);
  if (name !== undefined) return { name };
  return { wrong: word === '--help' || word === '' ? null : `wrong resources(${word}).` };
}
