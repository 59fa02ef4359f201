import type { Argument, Command, Option } from 'commander';
import { bold, example, italic, item, marked, paragraph, plain, section, title } from './roff.ts';

/** twinbeat(8), from the commands themselves. */
export function commandPage(tree: Command): string {
  const { commands } = tree;
  const common = commonOptions(commands);
  const isCommon = (option: Option) => common.some(({ flags }) => flags === option.flags);
  return [
    title(tree.name(), 8, 'high availability for a pair of small appliances'),
    section('SYNOPSIS', ...commands.map((command) => `${synopsis(tree.name(), command)}\n.br\n`)),
    section('DESCRIPTION', paragraph(marked(tree.description())), paragraph(marked(inShort))),
    section(
      'COMMANDS',
      ...commands.map((command) =>
        [
          item(synopsis('', command).trim(), marked(command.description())),
          ...[
            ...command.registeredArguments.map(argumentItem),
            ...command.options.filter((o) => !isCommon(o)).map(optionItem),
          ].flatMap(nested),
        ].join(''),
      ),
    ),
    section(
      'OPTIONS OF EVERY COMMAND',
      ...common.map(optionItem),
      item(bold('-h, --help'), 'What may follow.'),
    ),
    section('FILES', ...files.map(([path, text]) => item(italic(path), marked(text)))),
    section('SIGNALS', ...signals.map(([name, text]) => item(bold(name), marked(text)))),
    section(
      'EXIT STATUS',
      paragraph(
        '0 where what was asked for is done, 1 where it is not; the reason is on the standard error.',
      ),
    ),
    section('EXAMPLES', example(examples)),
    section('SEE ALSO', paragraph(`${bold('twinbeat.cf')}(5)`)),
  ].join('');
}

const inShort =
  'Two boxes say "I am alive" over a null-modem cable, a crossover cable or both; when one dies the other takes its addresses ' +
  'and services. The files are those of Linux-HA Heartbeat, and so is the wire: one of the two may be a Heartbeat. ' +
  '`twinbeat check --explain` says what the files mean.';

const files = [
  ['/etc/ha.d/ha.cf', 'Nodes, cables and times; see twinbeat.cf(5).'],
  ['/etc/ha.d/authkeys', 'The keys that messages are signed with, mode 0600; `twinbeat keygen` makes them.'],
  ['/etc/ha.d/haresources', 'What is taken over, and which node it prefers.'],
  ['/etc/ha.d/twinbeat.cf', 'What Heartbeat never had; see twinbeat.cf(5).'],
  ['/var/lib/heartbeat/events', 'What `twinbeat events` shows, and `events.old` before it.'],
  ['/run/heartbeat/twinbeat.sock', 'Where the commands reach the agent: for root and the group haclient.'],
] as const;

const signals = [
  ['SIGTERM, SIGINT', 'An orderly stop: everything is given up, and the peer takes it at once.'],
  ['SIGHUP', 'Reads the files again.'],
  [
    'SIGUSR1, SIGUSR2',
    'One debug level more, one less, until the agent ends: 1 is what scripts say, 2 every message. It goes to `debugfile` alone.',
  ],
] as const;

const examples = [
  '$ twinbeat check --explain',
  '$ twinbeat status --watch',
  '$ twinbeat events --since yesterday',
  '$ twinbeat standby',
] as const;

/** What the first command and each with arguments or options of its own have in common. */
function commonOptions(commands: readonly Command[]): readonly Option[] {
  const [first, ...others] = commands;
  return (first?.options ?? []).filter(({ flags }) =>
    others.every((command) => command.options.some((option) => option.flags === flags)),
  );
}

function synopsis(program: string, command: Command): string {
  const words = command.registeredArguments.map((argument) =>
    argument.required ? ` ${italic(argument.name())}` : ` [${italic(argument.name())}]`,
  );
  const name = program === '' ? command.name() : `${program} ${command.name()}`;
  return `${bold(name)} [${italic('options')}]${words.join('')}`;
}

function argumentItem(argument: Argument): string {
  return item(
    italic(argument.name()),
    described(argument.description, argument.argChoices, argument.defaultValue),
  );
}

function optionItem(option: Option): string {
  return item(bold(option.flags), described(option.description, option.argChoices, option.defaultValue));
}

function described(text: string, choices: readonly string[] | undefined, otherwise: unknown): string {
  const given = [
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(otherwise === undefined ? [] : [`${otherwise} unless said`]),
  ];
  return marked(text) + (given.length > 0 ? plain(` (${given.join('; ')})`) : '');
}

function nested(text: string): string[] {
  return ['.RS\n', text, '.RE\n'];
}
