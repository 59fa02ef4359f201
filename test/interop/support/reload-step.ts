import { HeartbeatNode } from '../../../scripts/laboratory/heartbeat-node.ts';
import type { Seat } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';
import type { Step } from './play.ts';
import { EACH_ITS_OWN, NOTHING } from './steps.ts';

const RELOAD_LIMIT = 20_000;

/** With a newer ha.cf a real one restarts and keeps what it holds; nothing moves. */
export function reloads(seat: Seat): Step {
  return {
    title: `${seat} reads its files again`,
    act: async (pair) => {
      const node = pair.nodes[seat];
      const mark = node.log.mark();
      node.writeSettings(pair.settings);
      await node.reload();
      const real = /Comm_now_up/;
      const ours = /Configuration unchanged/;
      const done = node instanceof HeartbeatNode ? real : ours;
      await until(
        `${seat} to have read them`,
        () => node.log.since(mark).some((line) => done.test(line)),
        RELOAD_LIMIT,
      );
    },
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
    limit: NOTHING,
  };
}
