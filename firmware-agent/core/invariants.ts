import type { State } from './state.ts';

/** The most jobs that can be under way at once: more means that finished ones are not taken off. */
const mostJobs = 8;

/** What must hold after every step, with the next `deadline`; each entry says what does not. Empty in a sound core. */
export function brokenInvariants(state: State, deadline: number): string[] {
  const { resources, peer } = state;
  const broken: string[] = [];
  const must = (holds: boolean, text: string) => {
    if (!holds) broken.push(text);
  };
  must(resources.jobs.length <= mostJobs, `${resources.jobs.length} jobs at once`);
  must(
    (resources.standby === 'not') === (resources.standbyDeadline === null),
    `standby ${resources.standby} with the deadline ${resources.standbyDeadline}`,
  );
  must(resources.phase !== 'shutdown' || resources.holds === 'none', 'holds groups in shutdown');
  must(resources.phase !== 'init' || resources.holds === 'none', 'holds groups before it is active');
  must(
    (resources.phase === 'received') === (resources.settleAt !== null),
    `phase ${resources.phase} with the settle time ${resources.settleAt}`,
  );
  must(resources.healBy === null || resources.phase === 'stable', `heals in phase ${resources.phase}`);
  must(peer.acknowledged <= state.seq, 'the peer acknowledged what was never sent');
  must(peer.missing.size <= 500, 'more messages missing than are remembered');
  must(
    peer.status !== 'dead' || (peer.lastSeq === null && peer.missing.size === 0),
    'sequence of a dead node still followed',
  );
  must(
    state.status === 'active' || resources.phase === 'init' || resources.phase === 'shutdown',
    'the resource layer runs before membership is settled',
  );
  must(state.over || deadline > state.now, `a deadline that nothing moves: ${deadline} at ${state.now}`);
  return broken;
}
