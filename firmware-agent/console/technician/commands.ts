import { suggest } from '../../config/suggest.ts';
import { arp } from './commands/arp.ts';
import { cable } from './commands/cable.ts';
import { events } from './commands/events.ts';
import { fenceAck } from './commands/fence-ack.ts';
import { links } from './commands/links.ts';
import { log } from './commands/log.ts';
import { standby, takeover } from './commands/move.ts';
import { ping } from './commands/ping.ts';
import { reboot } from './commands/reboot.ts';
import { size } from './commands/size.ts';
import { status } from './commands/status.ts';
import { support } from './commands/support.ts';
import { version } from './commands/version.ts';
import { who } from './commands/who.ts';
import type { TechnicianCommand } from './desk.ts';

const quit: TechnicianCommand = {
  name: 'quit',
  aliases: ['exit', 'logout', 'bye', 'q'],
  summary: 'leave this console',
  run: async (_words, desk) => desk.leave(),
};

/** Of `help`. */
const lastLine = '(!) asks first. Ctrl-C ends a command. "help log" tells more.';

const help: TechnicianCommand = {
  name: 'help',
  aliases: ['?', 'h'],
  usage: '[COMMAND]',
  summary: 'this list, or all of one',
  async run([name], { say }) {
    const command = name === undefined ? undefined : findCommand(name);
    if (name === undefined) await say(...menu.map(helpLine), lastLine);
    else if (command === undefined) await say(unknownCommand(name));
    else {
      const { usage = '', summary, more = [] } = command;
      await say(`${command.name} ${usage}`.trim(), `  ${summary}`, ...more.map((line) => `  ${line}`));
    }
  },
};

/** What may be typed, in the order of `help`. */
export const menu: readonly TechnicianCommand[] = [
  status,
  links,
  events,
  log,
  who,
  ping,
  arp,
  cable,
  standby,
  takeover,
  fenceAck,
  support,
  reboot,
  size,
  version,
  help,
  quit,
];

/** The command of this name, or the only one that begins so. One that acts is to be written in full. */
export function findCommand(typed: string): TechnicianCommand | undefined {
  const name = typed.toLowerCase();
  const exact = menu.find((command) => command.name === name || command.aliases?.includes(name));
  if (exact) return exact;
  const begun = menu.filter((command) => command.name.startsWith(name));
  return begun.length === 1 && begun[0]?.acts !== true ? begun[0] : undefined;
}

export function unknownCommand(typed: string): string {
  const meant = suggest(
    typed,
    menu.map(({ name }) => name),
  );
  const guess = meant === undefined ? '.' : `; did you mean ${meant}?`;
  return `There is no ${typed.slice(0, 30)}${guess} Type help.`;
}

function helpLine({ name, summary, acts }: TechnicianCommand): string {
  return `${name.padEnd(9)} ${summary}${acts ? ' (!)' : ''}`;
}
