import type { CommandContext } from '../command-context.ts';
import { type Outcome, request } from '../control-client.ts';
import type { StatusReport } from '../report.ts';
import { verbose } from './cl-status-nodes.ts';
import { question } from './cl-status-questions.ts';
import { exit, type Reply } from './cl-status-reply.ts';
import { clStatusUsage } from './cl-status-usage.ts';
import { directoriesHelp, takeDirectories } from './directories.ts';
import { getopt } from './getopt.ts';
import { hasLivePid } from './running.ts';
import { logLine } from './say.ts';

/** What heartbeat's library says where nobody listens. */
const nobodyThere = "hb_api_signon: Can't initiate connection to heartbeat";

const running = 'Heartbeat is running on this machine.';

/** `cl_status SUB-COMMAND [OPTIONS] [PARAMETERS]`, as in spec logs-and-tools.md 3.5. */
export async function clStatus(given: readonly string[], context: CommandContext): Promise<number> {
  const { directories, words } = takeDirectories(given);
  const { terminal } = context;
  const [name, ...rest] = words;
  if (name === undefined || name === '-h' || name === '--help') {
    for (const line of clStatusUsage) terminal.out(line);
    if (name === '--help') for (const line of ['', ...directoriesHelp]) terminal.out(line);
    return exit.ok;
  }
  const complain = (text: string) => terminal.err(logLine('cl_status', 'ERROR', text));
  const asked = question(name);
  if (asked === undefined && name !== 'hbstatus') {
    complain(`${name}: invalid sub-command.`);
    return exit.parameter;
  }
  const report = present(await request(directories.runDir, { command: 'status' }));
  if (asked === undefined) return hbStatus(rest, report, directories.runDir, terminal);
  if ('reason' in report) {
    complain('Cannot signon with heartbeat');
    complain(`REASON: ${report.reason}`);
    return exit.fail;
  }
  const options = getopt(rest, asked.options);
  const [fault] = options.faults;
  if (fault !== undefined) {
    terminal.err(`${name}: ${fault}`);
    complain(asked.optionFault);
    return exit.parameter;
  }
  return tell(asked.answer(report.status, options), terminal, complain);
}

/** `isForbidden`: this user may not ask. */
type Present = { readonly status: StatusReport } | { readonly reason: string; readonly isForbidden: boolean };

/** A Heartbeat takes no questions before it is active: so neither do we answer then. */
function present(outcome: Outcome): Present {
  const nobody = { reason: nobodyThere, isForbidden: false };
  if (outcome.kind === 'failed') {
    const { reason, text } = outcome;
    return reason === 'not running' ? nobody : { reason: text, isForbidden: reason === 'forbidden' };
  }
  if (outcome.kind === 'answer' || outcome.status.status !== 'active') return nobody;
  return outcome;
}

/** Whether it runs is an answer, not a fault, and a wrong option keeps nobody from it. */
function hbStatus(
  words: readonly string[],
  report: Present,
  runDir: string,
  terminal: CommandContext['terminal'],
): number {
  const { letters, faults } = getopt(words, 'mv');
  for (const fault of faults) terminal.err(`hbstatus: ${fault}`);
  const says = letters.includes('v');
  if ('reason' in report) {
    // The real one belongs to the group that may ask, and tells everybody.
    const runs = report.isForbidden && hasLivePid(runDir);
    terminal.out(runs ? running : 'Heartbeat is stopped on this machine.');
    if (says) terminal.out(`(${report.reason})`);
    return runs ? exit.ok : exit.fail;
  }
  const lines = says ? verbose(report.status) : [running];
  for (const line of lines) terminal.out(line);
  return exit.ok;
}

function tell(
  { code, lines = [], error, errors = [] }: Reply,
  terminal: CommandContext['terminal'],
  complain: (text: string) => void,
): number {
  for (const line of lines) terminal.out(line);
  if (error !== undefined) terminal.err(error);
  for (const text of errors) complain(text);
  return code;
}
