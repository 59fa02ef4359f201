import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusReport } from '../../firmware-agent/console/report.ts';
import type { View } from '../laboratory/record.ts';
import { restless } from '../laboratory/rest.ts';
import { other, SEATS, type Seat } from '../laboratory/seat.ts';
import { until } from '../laboratory/wait.ts';
import type { Claims } from './answers.ts';
import type { Bench } from './bench.ts';

/** Milliseconds between two looks at a box: an emulated one should not be kept busy by being asked. */
const LOOK = 300;
/** Of the client's experience, milliseconds, that tell who serves now. */
const NOW = 500;

/** The agent's own report; null: no agent answers. */
export async function status(bench: Bench, seat: Seat): Promise<StatusReport | null> {
  const question = `ask /run/heartbeat/twinbeat.sock '{"command":"status"}'`;
  const text = await bench.machines[seat].shell.run(question).catch(() => '');
  return text === '' ? null : (JSON.parse(text) as { status: StatusReport }).status;
}

/** Milliseconds for an examination; the agent ends one by itself before. */
const EXAMINATION_LIMIT = 110_000;

/** What a box's cable doctor says of a serial cable: its sentences. Rejects where it could not be examined. */
export async function examine(bench: Bench, seat: Seat, link: string): Promise<string> {
  const question = JSON.stringify({ command: 'cable', link });
  const ask = `ask /run/heartbeat/twinbeat.sock '${question}' ${EXAMINATION_LIMIT / 1000}`;
  const said = await bench.machines[seat].shell.run(ask, EXAMINATION_LIMIT);
  const answer = JSON.parse(said.trim().split('\n').at(-1) ?? '') as { ok?: boolean; text?: string };
  if (answer.ok !== true || answer.text === undefined) throw new Error(`${link} was not examined: ${said}`);
  return answer.text.replaceAll('\n', ' ');
}

/** Run the init script, as a person or the system does. Limit in milliseconds. */
export function service(bench: Bench, seat: Seat, verb: string, limit = 180_000): Promise<string> {
  return bench.machines[seat].shell.run(`/etc/init.d/heartbeat ${verb}`, limit);
}

/** What a pair should come to. */
export interface Rest {
  /** Who serves. */
  readonly owner: Seat;
  /** `both`: two active nodes that know of each other; `apart`: each takes the other for dead; `alone`: one box works. */
  readonly pair: 'both' | 'apart' | 'alone';
}

/** Wait until the pair has come to rest so, in its own words and in the client's; `limit` in milliseconds. */
export async function settled(bench: Bench, rest: Rest, limit: number): Promise<void> {
  let reason = '';
  await until(
    () => `${rest.owner} to serve: ${reason}`,
    async () => {
      await sleep(LOOK);
      reason = await unrest(bench, rest);
      return reason === '';
    },
    limit,
  );
}

/** What the LAN saw from a mark until now. */
export async function seen(bench: Bench, mark: number): Promise<{ view: View; claims: Claims }> {
  const to = bench.client.mark();
  return { view: await bench.client.since(mark, to), claims: await bench.asker.since(mark, to) };
}

async function unrest(bench: Bench, { owner, pair }: Rest): Promise<string> {
  const { view } = await seen(bench, bench.client.mark() - NOW);
  const answering = view.answeredBy.at(-1) ?? 'nobody';
  if (answering !== owner || view.answeredBy.length > 1) return `the client is answered by ${answering}`;
  for (const seat of pair === 'alone' ? [owner] : SEATS) {
    const report = await status(bench, seat);
    if (report === null) return `no agent answers on ${seat}`;
    const peer = pair === 'both' ? 'active' : 'dead';
    if (report.peer.status !== peer) return `${seat} sees ${other(seat)} as ${report.peer.status}`;
    const wrong = pair === 'both' ? restless(report, seat === owner) : null;
    if (wrong !== null) return `${seat}: ${wrong}`;
  }
  return '';
}
