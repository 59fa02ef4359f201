import t from 'tap';
import { breakFragile, FRAGILE, installFragile } from '../../scripts/laboratory/fragile.ts';
import { type Daemon, layMixed } from '../../scripts/laboratory/mixed.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { other, type PerSeat, SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { GROUP } from '../../scripts/laboratory/settings.ts';
import { play, type Step } from './support/play.ts';
import { keep, keepLog } from './support/report.ts';
import { ALL_ON, bothBoot, EACH_ITS_OWN, TIMES } from './support/steps.ts';

enterLaboratory();
t.jobs = 2;

/**
 * A group that does not start on ours goes to the real one, which is asked to take it as by an operator. There is nothing to
 * compare with: two real ones leave it down (spec cluster.md 9.11).
 */
function steps(ours: Seat): Step[] {
  const failing: Step = {
    title: `the group does not start on ${ours}`,
    act: async (pair) => {
      breakFragile(pair.boxes[ours]);
      // Away from where it runs, and back: then ours has to start it.
      if (ours === 'nodea') await pair.nodes.nodea.standby('all');
      else await pair.nodes.nodea.standby('local');
    },
    // What did not start goes back; what prefers ours stays there.
    holdings: ours === 'nodea' ? ALL_ON.nodeb : EACH_ITS_OWN,
    owner: other(ours),
  };
  const back: Step = {
    title: 'ours is asked to take its own all the same',
    act: async (pair) => {
      await pair.nodes.nodeb.standby('foreign');
    },
    holdings: ALL_ON.nodeb,
    owner: 'nodeb',
  };
  const mended: Step = {
    title: 'it is mended, and comes home',
    act: async (pair) => {
      breakFragile(pair.boxes[ours], false);
      await pair.nodes.nodeb.standby('foreign');
    },
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
  };
  return ours === 'nodea' ? [bothBoot, failing, back, mended] : [bothBoot, failing];
}

for (const ours of SEATS)
  t.test(`a group that does not start, ours is ${ours}`, { buffered: true }, async (t) => {
    const daemons = { [ours]: 'twinbeat', [other(ours)]: 'heartbeat' } as PerSeat<Daemon>;
    const pair = await layMixed(daemons, { ...TIMES, haresources: `nodea ${GROUP} ${FRAGILE}\n` });
    for (const seat of SEATS) installFragile(pair.boxes[seat]);
    try {
      const outcomes = await play(pair, steps(ours));
      const rows = outcomes.map(({ title, outage, problems }) => ({
        scenario: 'a failing group',
        step: title,
        seating: ours === 'nodea' ? 'the primary' : 'the standby',
        medium: 'serial+ucast',
        outage,
        reference: null,
        problems,
      }));
      for (const { step, problems } of rows) t.same(problems, [], step);
      t.equal(rows.length, steps(ours).length, 'the whole story was played');
      const told = pair.nodes[ours].log.since(0).filter((line) => line.includes('did not start here'));
      t.ok(told.length > 0, 'ours says what did not start');
      keep(`a-failing-group-${ours}`, rows);
    } finally {
      for (const seat of SEATS) keepLog(`a-failing-group-${ours}-on-${seat}`, pair.nodes[seat].log.path);
      await pair.close();
    }
  });
