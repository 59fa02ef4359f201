import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandContext, Directories } from '../command-context.ts';
import { type Outcome, request } from '../control-client.ts';
import { NewAlarms } from '../new-alarms.ts';
import type { StatusReport } from '../report.ts';
import { ScreenPainter, type Size } from '../screen-painter.ts';
import { statusScreen } from '../status-screen.ts';
import { fold } from '../text.ts';

/**
 * `twinbeat status --watch`: on a terminal the screen, drawn anew each second, with a bell for a new crit alarm; elsewhere a block of text for each
 * change. Ends when `stop` is aborted. Resolves with 1 where no agent answered at the start: later it may
 * come and go. `period`: milliseconds.
 */
export async function watch(
  directories: Directories,
  stop: AbortSignal,
  { terminal }: Pick<CommandContext, 'terminal'>,
  period = 1000,
): Promise<number> {
  const painter = terminal.screen && new ScreenPainter(terminal.screen);
  const alarms = new NewAlarms();
  let before: string | undefined;
  while (!stop.aborted) {
    const outcome = await request(directories.runDir, { command: 'status' });
    if (stop.aborted) break;
    if (outcome.kind !== 'status' && before === undefined) {
      terminal.err(failure(outcome));
      return 1;
    }
    const now = outcome.kind === 'status' ? whatMatters(outcome.status) : failure(outcome);
    if (painter) {
      painter.paint(screen(outcome, painter.size()));
      if (outcome.kind === 'status' && alarms.appeared(outcome.status)) painter.ring();
    } else if (now !== before) terminal.out(`${before === undefined ? '' : '\n'}${screen(outcome)}`);
    before = now;
    await sleep(period, undefined, { signal: stop }).catch(() => undefined);
  }
  painter?.leave();
  return 0;
}

function screen(outcome: Outcome, size?: Size): string {
  if (outcome.kind === 'status') return statusScreen(outcome.status, size ? { size } : {});
  const text = failure(outcome);
  return size ? fold(text, size.columns) : text;
}

function failure(outcome: Outcome): string {
  if (outcome.kind === 'failed') return outcome.text;
  return outcome.kind === 'answer' ? outcome.answer.text : '';
}

/** The report without what changes every second by itself. */
function whatMatters(report: StatusReport): string {
  return JSON.stringify({
    ...report,
    time: null,
    uptime: null,
    peer: { ...report.peer, lastHeartbeat: null },
    links: report.links.map((link) => ({ ...link, lastHeard: null, received: null, sent: null })),
    pings: report.pings.map((ping) => ({ ...ping, lastAnswer: null })),
  });
}
