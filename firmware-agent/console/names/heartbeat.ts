import { formatDiagnostic } from '../../config/diagnostic.ts';
import { loadConfig } from '../../config/load.ts';
import { systemProbe } from '../../config/probe.ts';
import { version } from '../../version.ts';
import type { AgentOptions, CommandContext, Directories, Terminal } from '../command-context.ts';
import { check } from '../commands/check.ts';
import { configSummary } from '../config-summary.ts';
import { shownVersion } from '../parameters.ts';
import { defaultsTable, defaultsWiki } from './defaults.ts';
import { takeDirectories } from './directories.ts';
import { getopt } from './getopt.ts';
import { heartbeatHelp, heartbeatUsage } from './heartbeat-help.ts';
import { heartbeatStatus } from './heartbeat-status.ts';
import { heartbeatStop } from './heartbeat-stop.ts';
import { notReloaded, notStarted, notStartedCode } from './not-configured.ts';
import { findRunning } from './running.ts';
import { logLine, reasonOf } from './say.ts';

/** As Heartbeat's, which are those of the LSB for an init script. */
const exit = { ok: 0, failed: 1, usage: 2, misconfigured: 6 } as const;

const say = (level: 'ERROR' | 'info', text: string) => logLine('heartbeat', level, text);

/** `heartbeat [OPTIONS]`, as in spec logs-and-tools.md 3.1. */
export async function heartbeat(
  given: readonly string[],
  context: CommandContext,
  called: string,
): Promise<number> {
  const { terminal } = context;
  const { directories, words } = takeDirectories(given);
  if (words.includes('--help')) {
    for (const line of heartbeatHelp) terminal.out(line);
    return exit.ok;
  }
  const { letters, faults } = getopt(words, 'dDkMrRsvWlVfC:');
  const has = (letter: string) => letters.includes(letter);
  const [fault] = faults;
  if (fault !== undefined || (has('C') && !has('R'))) {
    if (fault !== undefined) terminal.err(`${called}: ${fault}`);
    for (const line of heartbeatUsage) terminal.err(line);
    return exit.usage;
  }
  if (has('V')) {
    terminal.out(shownVersion);
    return exit.ok;
  }
  if (has('D')) {
    for (const line of has('W') ? defaultsWiki(version) : defaultsTable()) terminal.out(line);
    return exit.ok;
  }
  if (has('s')) return heartbeatStatus(directories, terminal);
  if (has('k')) return heartbeatStop(directories, terminal);
  if (has('M')) {
    terminal.err(say('ERROR', '-M: resources are always managed: leave haresources empty to have none.'));
    return exit.usage;
  }
  if (has('v'))
    await check(directories, { ...context, terminal: { ...terminal, err: () => {} } }, configSummary);
  const debug = letters.filter((letter) => letter === 'd').length;
  return start(
    { ...directories, debug },
    { reload: has('r'), foreground: has('f'), restart: has('R') },
    context,
  );
}

interface How {
  readonly reload: boolean;
  readonly foreground: boolean;
  /** `-R`: Heartbeat's own way to begin anew, which no living one may be in the way of. */
  readonly restart: boolean;
}

async function start(
  options: AgentOptions,
  { reload, foreground, restart }: How,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const running = await findRunning(options.runDir);
  if (!running.runs) {
    // The agent itself says what is wrong with its configuration.
    if (!foreground) return context.startDaemon(options, terminal.err);
    context.becomeAgent(options);
    return context.runAgent(options);
  }
  if (restart) {
    terminal.err(`ERROR: Heartbeat already running [pid ${running.pid}].`);
    return exit.failed;
  }
  if (!(await isConfigured(options, context))) {
    for (const line of reload ? notReloaded(running.pid) : notStarted()) terminal.err(line);
    const code = notStartedCode(options.configDir);
    return reload && code === exit.misconfigured ? exit.failed : code;
  }
  if (!reload) {
    terminal.err(say('info', `heartbeat: already running [pid ${running.pid}].`));
    return exit.ok;
  }
  return signalReload(running.pid, terminal);
}

function signalReload(pid: number, terminal: Terminal): number {
  terminal.err(say('info', `Signalling heartbeat pid ${pid} to reread config files`));
  try {
    process.kill(pid, 'SIGHUP');
    return exit.ok;
  } catch (error) {
    terminal.err(say('ERROR', `Unable to send SIGHUP to pid ${pid}: ${reasonOf(error)}`));
    return exit.failed;
  }
}

/** Heartbeat looks at its files before it looks for another one. */
async function isConfigured(
  { configDir, node }: Directories,
  { terminal, machine }: CommandContext,
): Promise<boolean> {
  const probe = systemProbe(await machine.serialPorts());
  const { config, diagnostics } = loadConfig({ directory: configDir, node, probe });
  for (const diagnostic of diagnostics) terminal.err(formatDiagnostic(diagnostic));
  return config !== undefined;
}
