import { join } from 'node:path';
import type { Test } from 'tap';
import { request } from '../../../firmware-agent/console/control-client.ts';
import type { Answer } from '../../../firmware-agent/console/control-protocol.ts';
import type { LinkReport } from '../../../firmware-agent/console/report.ts';
import type { EventKind } from '../../../firmware-agent/events/event.ts';
import { readEvents } from '../../../firmware-agent/events/read-events.ts';
import type { Laboratory } from '../../../scripts/laboratory/laboratory.ts';
import type { TwinbeatNode } from '../../../scripts/laboratory/node.ts';
import { SEATS } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';
import { PATIENCE } from './running-pair.ts';

/** An examination of the null modem that a node was asked for. */
export interface Asked {
  readonly answer: Promise<Answer>;
  /** Wait until it tells these words on its way. */
  readonly comesTo: (words: RegExp) => Promise<void>;
}

export function ask(node: TwinbeatNode): Asked {
  const told: string[] = [];
  const progress = (text: string): void => void told.push(text);
  const outcome = request(node.runDirectory, { command: 'cable' }, { progress });
  return {
    answer: outcome.then((how) => {
      if (how.kind === 'answer') return how.answer;
      return { ok: false, text: how.kind === 'failed' ? how.text : how.kind };
    }),
    comesTo: (words) => until(`${words}`, () => told.some((text) => words.test(text)), PATIENCE),
  };
}

export async function serialLink(node: TwinbeatNode) {
  const report = await node.status().catch(() => null);
  return report?.links.find(({ medium }) => medium === 'serial');
}

/** Wait until the null modem carries heartbeats both ways. */
export async function carriesAgain({ nodes }: Laboratory): Promise<void> {
  for (const seat of SEATS) {
    const up = async (): Promise<boolean> => {
      const link = await serialLink(nodes[seat]);
      return link?.state === 'up' && !link.examined && (link.lastHeard ?? PATIENCE) < 1000;
    };
    await until(`${seat} to hear heartbeats on it again`, up, PATIENCE);
  }
}

/** Wait until both nodes hear each other by both cables. */
export async function bothUp({ nodes }: Laboratory): Promise<void> {
  const isWell = ({ state, missing, lastHeard }: LinkReport): boolean =>
    state === 'up' && missing === null && (lastHeard ?? PATIENCE) < 1000;
  for (const seat of SEATS) {
    const up = async () => (await nodes[seat].status())?.links.every(isWell) ?? false;
    await until(`${seat} to have both cables`, up, PATIENCE);
  }
}

/** What both logs say from now on of this kind; the function looks. */
export function complaints({ nodes }: Laboratory, kind: RegExp): () => string[] {
  const marks = SEATS.map((seat) => [nodes[seat].log, nodes[seat].log.mark()] as const);
  return () => marks.flatMap(([log, mark]) => log.since(mark)).filter((line) => kind.test(line));
}

/** Of examinations, or what else is asked for, as a node keeps them. */
export function keptOf({ box }: TwinbeatNode, ...kinds: readonly EventKind[]): string[] {
  const { events = [] } = readEvents(join(box.directory, 'state')) ?? {};
  return events.filter(({ kind }) => ['cable', ...kinds].includes(kind)).map(({ text }) => text);
}

/** Neither node is examining anything, or misses a heartbeat. */
export async function rested(t: Test, lab: Laboratory, lateness: () => string[]): Promise<void> {
  await carriesAgain(lab);
  t.same(lateness(), [], 'the heartbeats came in time');
}
