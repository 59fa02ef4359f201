import type { Config } from '../config/config.ts';
import { span } from './text.ts';

type Moment = readonly [at: number, what: string];

/** From the last heartbeat to the takeover. */
export function timelineOfSilence({ peer, keepalive, warntime, deadtime }: Config): string[] {
  const late: readonly Moment[] =
    warntime < deadtime
      ? [[warntime, 'late after: a heartbeat that comes only now is warned of (warntime)']]
      : [];
  return timeline(
    [
      [0, `its last heartbeat; the next was due after ${span(keepalive)}`],
      ...late,
      [deadtime, `dead after: ${peer} is dead on every cable (deadtime); the takeover begins`],
    ],
    [`Where ${peer} announces another deadtime in its heartbeats, that one counts for it.`],
  );
}

/** From the start of the agent to the first takeover. */
export function timelineOfBoot({ peer, initdead, deadtime, pings }: Config): string[] {
  const first = Math.max(initdead, deadtime);
  const what = `first takeover: ${peer} is dead if it was never heard (initdead)`;
  return timeline(
    [
      [0, 'it says on every cable that it is there, and serves nothing yet'],
      [first, what],
    ],
    [
      `As soon as ${peer} is heard, the two agree who has what: at once where both are Twinbeat, within 10 s with a Heartbeat.`,
      ...(pings.length > 0 ? ['It waits for the first answer of each ping node, too, for as long.'] : []),
    ],
  );
}

function timeline(moments: readonly Moment[], remarks: readonly string[]): string[] {
  const width = Math.max(...moments.map(([at]) => span(at).length));
  return [...moments.map(([at, what]) => `${span(at).padStart(width)}  ${what}`), ...remarks];
}
