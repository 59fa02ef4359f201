import type { Bench } from '../../scripts/appliance/bench.ts';
import { status } from '../../scripts/appliance/guest.ts';
import { LogFile } from '../../scripts/laboratory/log-file.ts';
import { type PerSeat, perSeat, SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import type { Step } from './step.ts';

/** What a box says when it missed heartbeats, or the crossover that is to carry them. */
const MISSED = /Late heartbeat|: is dead|Link \S+:eth1 dead|eth1: |after partition/;
/** What it says when resources start, stop or move. */
const MOVED = /[Ss]tandby|[Tt]akeover|resource transition|(Acquiring|Releasing|Giving up|Running|Resetting) /;

/** The same step, in which no heartbeat may be missed and no agent may begin anew. Nor may anything move, but with `moves`. */
export function undisturbed(step: Step, moves = false): Step {
  let before: { marks: PerSeat<number>; lives: PerSeat<string> };
  return {
    ...step,
    act: async (bench) => {
      before = {
        marks: perSeat((seat) => logOf(bench, seat).mark()),
        lives: await lives(bench),
      };
      await step.act(bench);
    },
    check: async (bench, claims) => {
      const now = await lives(bench);
      return SEATS.flatMap((seat) => {
        const lines = logOf(bench, seat).since(before.marks[seat]);
        const wrong = lines.filter((line) => MISSED.test(line) || (!moves && MOVED.test(line)));
        const isSame = now[seat] === before.lives[seat];
        return isSame ? wrong : [...wrong, `${seat}: ${before.lives[seat]} became ${now[seat]}`];
      }).concat((await step.check?.(bench, claims)) ?? []);
    },
  };
}

function logOf(bench: Bench, seat: Seat): LogFile {
  return new LogFile(bench.machines[seat].file('log'));
}

/** Which life each box is in. */
async function lives(bench: Bench): Promise<PerSeat<string>> {
  const lifeOf = async (seat: Seat) => {
    const report = await status(bench, seat);
    return report === null ? 'no agent' : `generation ${report.generation}`;
  };
  return { nodea: await lifeOf('nodea'), nodeb: await lifeOf('nodeb') };
}
