import type { State } from './state.ts';

/** The most jobs that can be under way at once: more means that finished ones are not taken off. */
const mostJobs = 8;

/** What must hold after every step, with the next `deadline`; each entry says what does not. Empty in a sound core. */
export function brokenInvariants(state: State, deadline: number): string[] {
  const { resources, peer } = state;
  const { standby, standbyDeadline, phase, settleAt, holds } = resources;
  const broken: string[] = [];
  // Written out, so that a sound step makes no texts: this runs with every event.
  if (resources.jobs.length > mostJobs) broken.push(`${resources.jobs.length} jobs at once`);
  if ((standby === 'not') !== (standbyDeadline === null))
    broken.push(`standby ${standby} with the deadline ${standbyDeadline}`);
  if (phase === 'shutdown' && holds !== 'none') broken.push('holds groups in shutdown');
  if (phase === 'init' && holds !== 'none') broken.push('holds groups before it is active');
  if ((phase === 'received') !== (settleAt !== null))
    broken.push(`phase ${phase} with the settle time ${settleAt}`);
  if (resources.healBy !== null && phase !== 'stable') broken.push(`heals in phase ${phase}`);
  if (peer.acknowledged > state.seq) broken.push('the peer acknowledged what was never sent');
  if (peer.missing.size > 500) broken.push('more messages missing than are remembered');
  if (peer.status === 'dead' && (peer.lastSeq !== null || peer.missing.size > 0))
    broken.push('sequence of a dead node still followed');
  if (state.status !== 'active' && phase !== 'init' && phase !== 'shutdown')
    broken.push('the resource layer runs before membership is settled');
  if (!state.over && deadline <= state.now)
    broken.push(`a deadline that nothing moves: ${deadline} at ${state.now}`);
  return broken;
}
