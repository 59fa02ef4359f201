import type { Seat } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';
import type { Step } from './play.ts';
import { EACH_ITS_OWN, NOTHING } from './steps.ts';

const RELOAD_LIMIT = 20_000;

/** Changes with every reload, and means nothing to a pair. */
let fudge = 1;

/** With another ha.cf either starts anew and keeps what it holds; nothing moves. */
export function reloads(seat: Seat): Step {
  return {
    title: `${seat} reads its files again`,
    act: async (pair) => {
      const node = pair.nodes[seat];
      const mark = node.log.mark();
      const { settings } = pair;
      fudge += 1;
      node.writeSettings({ ...settings, directives: [...settings.directives, `hopfudge ${fudge}`] });
      await node.reload();
      await until(
        `${seat} to have started anew`,
        () => node.log.since(mark).some((line) => line.includes('Comm_now_up')),
        RELOAD_LIMIT,
      );
    },
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
    limit: NOTHING,
  };
}
