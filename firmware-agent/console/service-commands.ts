import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { parseBaud } from '../config/values.ts';
import type { CommandContext, Directories } from './command-context.ts';
import { type EventsOptions, events } from './commands/events.ts';
import { type KeygenOptions, keygen, keyMethods } from './commands/keygen.ts';
import { support } from './commands/support.ts';
import type { ConsoleOptions } from './technician/console.ts';

/** What is needed before and after the agent runs: keys, what happened, and a file for whoever is to help. */
export function addServiceCommands(
  command: (name: string, summary: string) => Command,
  context: CommandContext,
  ended: (code: number) => void,
): void {
  command('events', 'Say what happened to this node, and why')
    .option('--json', 'one JSON object a line, for programs')
    .option('--since <time>', 'from then on: "23:14", "2026-11-21 23:14", "90m", "3d", "yesterday"')
    .action(async (options: Directories & EventsOptions) => {
      ended(await events(options, options, context));
    });

  command('keygen', 'Make an authkeys file with a random key')
    .addOption(
      new Option('--method <method>', 'sha256 only where both nodes run Twinbeat')
        .choices(keyMethods)
        .default('sha1'),
    )
    .option('--write', 'into the configuration directory, where there is none yet')
    .action(async (options: Directories & KeygenOptions) => {
      ended(await keygen(options, options, context));
    });

  command('console', 'Show the menu of the technician at the rack')
    .option(
      '--port-name <port>',
      'the serial port that these pipes lead to: whoever acts is asked for the password',
    )
    .option('--login', 'ask for the password first')
    .addOption(
      new Option('--baud <rate>', 'of that port: no faster is written, and Ctrl-C is felt at once').argParser(
        baudOf,
      ),
    )
    .action(async (options: Directories & ConsoleOptions) => {
      const { technicianConsole } = await import('./technician/console.ts');
      ended(await technicianConsole(options, options, context));
    });

  command('passwd', 'Make the password line of twinbeat.cf')
    .addHelpText('after', '\nIt is typed twice and not shown, or is the first line of the standard input.')
    .action(async () => {
      const { passwd } = await import('./technician/passwd.ts');
      ended(await passwd(context));
    });

  command('support', 'Pack configuration without its secrets, status, events and logs into one file')
    .addArgument(
      new Argument('[file]', 'the .tar.gz to write (default: a name with node and time, in this directory)'),
    )
    .addHelpText(
      'after',
      '\nAddresses, interfaces, paths, mail addresses and numbers stay. Keys, passwords, the values of `env`, parameters of ' +
        'programs\nand unknown words of resources go, out of the logs, too. Look through it before you give it away.',
    )
    .action(async (file: string | undefined, options: Directories) => {
      ended(await support(options, file, context));
    });
}

function baudOf(text: string): number {
  const baud = parseBaud(text);
  if (typeof baud === 'number') return baud;
  throw new InvalidArgumentError(`${baud.text}.`);
}
