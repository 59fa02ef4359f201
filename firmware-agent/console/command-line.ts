import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { highestDebug } from '../log/level.ts';
import { version } from '../version.ts';
import type { AgentOptions, CommandContext, Directories } from './command-context.ts';
import { check } from './commands/check.ts';
import { status } from './commands/status.ts';
import { transfer } from './commands/transfer.ts';
import { watch } from './commands/watch.ts';
import { configSummary } from './config-summary.ts';
import { type ResourceSet, resourceSets } from './control-protocol.ts';
import { explanation } from './explanation.ts';
import { addServiceCommands } from './service-commands.ts';

/**
 * Carries out `twinbeat WORDS...` and resolves with the exit code. Wrong words end the process with 1 after
 * a message with the mend.
 */
export async function twinbeat(words: readonly string[], context: CommandContext): Promise<number> {
  let code = 0;
  const tree = commandTree(context, (ended) => {
    code = ended;
  });
  await tree.parseAsync(words, { from: 'user' });
  return code;
}

/**
 * Every command with its options, of which help, manual and completion are made. `ended` is told the exit code of the one
 * that ran.
 */
export function commandTree(context: CommandContext, ended: (code: number) => void): Command {
  const program = new Command('twinbeat')
    .description('High availability for a pair of small appliances, over a null-modem and a crossover cable.')
    .showHelpAfterError(
      '`twinbeat --help` lists the commands, `twinbeat COMMAND --help` the options that may follow one.',
    )
    .version(version)
    .helpCommand(false);

  /** Each command takes the same directories, after its name. */
  const command = (name: string, summary: string) =>
    program
      .command(name)
      .summary(summary)
      .description(`${summary}.`)
      .option('--config-dir <dir>', 'where ha.cf, authkeys and haresources are', '/etc/ha.d')
      .option('--state-dir <dir>', 'what the agent remembers across restarts', '/var/lib/heartbeat')
      .option('--run-dir <dir>', 'where the control socket of the running agent is', '/run/heartbeat')
      .option('--node <name>', 'this node (default: the nodeinfo file, else `uname -n`)');

  command('run', 'Run the agent in the foreground until SIGTERM')
    .option('--debug <level>', 'added to debug of ha.cf: 1 what scripts say, 2 every message', levelOf, 0)
    .action(async (options: AgentOptions) => {
      ended(await context.runAgent(options));
    });

  command('check', 'Check the configuration and say what it means')
    .option('--explain', 'at length: every cable, the timeline of a failure, what a takeover waits for')
    .action(async (options: Directories & { explain?: boolean }) => {
      ended(await check(options, context, options.explain ? explanation : configSummary));
    });

  command('status', 'Show the nodes, links, resources and last events')
    .addOption(new Option('--json', 'as JSON, for programs').conflicts('watch'))
    .option('--watch', 'keep showing it, until Ctrl-C')
    .action(async (options: Directories & { json?: boolean; watch?: boolean }) => {
      ended(
        options.watch
          ? await watch(options, untilInterrupted(), context)
          : await status(options, options.json === true, context),
      );
    });

  for (const [name, summary] of [
    ['standby', 'Hand resources over to the peer'],
    ['takeover', 'Take resources over from the peer'],
  ] as const) {
    const move = command(name, summary)
      .addArgument(
        new Argument(
          '[set]',
          'of the resources, as this node sees them; failback: what prefers the other node (takeover: this one)',
        )
          .choices(resourceSets)
          .default('all'),
      )
      .action(async (set: ResourceSet, options: Directories & { confirm?: boolean }) => {
        const wish = options.confirm ? { command: 'confirm' as const } : { command: name, set };
        ended(await transfer(wish, options, context));
      });
    if (name === 'takeover')
      move.option('--confirm', 'take at once what waits to be taken over, whatever speaks against it');
  }

  command('fence-ack', 'Say that the box of a node is off: it is taken over without being fenced')
    .addArgument(new Argument('<node>', 'whose box you have switched off, or seen to be off'))
    .action(async (node: string, options: Directories) => {
      ended(await transfer({ command: 'fence-ack', node }, options, context));
    });

  addServiceCommands(command, context, ended);

  command('version', 'Print the version').action(() => context.terminal.out(version));
  return program;
}

function levelOf(text: string): number {
  const level = Number(text);
  if (/^\d+$/.test(text) && level <= highestDebug) return level;
  throw new InvalidArgumentError(`Write a whole number from 0 to ${highestDebug}.`);
}

function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
