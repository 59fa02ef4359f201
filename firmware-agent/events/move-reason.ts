import type { Job } from '../core/state.ts';
import type { Observation } from './observation.ts';
import { silenceOf } from './silence.ts';

/** How a movement of groups is told: `took over GROUPS from nodea: WHY`. */
export interface Motive {
  readonly verb: string;
  /** What follows the groups, as in ` from nodea`. */
  readonly partner: string;
  readonly why: string;
}

/**
 * What the job that just began is about.
 * @param forged as for `silenceOf`
 * @param giving why this node hands groups over
 */
export function motiveOf(job: Job, seen: Observation, forged: number, giving: string): Motive {
  const { self, peer } = seen.after.settings;
  const from = ` from ${peer}`;
  const to = ` to ${peer}`;
  switch (job.purpose) {
    case 'own groups':
      if (seen.event.kind === 'start')
        return { verb: 'kept', partner: '', why: 'it stayed up while the agent started anew' };
      return { verb: 'started', partner: '', why: ownReason(seen) };
    case 'takeover':
      return { verb: 'took over', partner: from, why: takeoverReason(seen, forged) };
    case 'take':
      return { verb: 'took over', partner: from, why: takeReason(seen) };
    case 'legacy take':
      return { verb: 'took over', partner: from, why: `it prefers ${self} (auto_failback legacy)` };
    case 'give':
      return { verb: 'gave', partner: to, why: giving };
    case 'legacy give':
      return { verb: 'gave', partner: to, why: `it prefers ${peer} (auto_failback legacy)` };
    case 'heal': {
      const why = 'both nodes had served, and agreed who keeps it';
      return job.what === 'acquire'
        ? { verb: 'took over', partner: from, why }
        : { verb: 'gave up', partner: '', why };
    }
    case 'isolation':
      return { verb: 'gave up', partner: '', why: `neither ${peer} nor any ping node was heard` };
    case 'defend':
      return { verb: 'gave up', partner: '', why: `${peer}, which it prefers, serves it too` };
    case 'lock':
      return { verb: 'gave up', partner: '', why: 'its disk lock was lost' };
    case 'shutdown':
      return { verb: 'gave up', partner: '', why: `${self} was told to stop` };
    case 'partition':
      return { verb: 'gave up', partner: '', why: 'both nodes may have served, and start anew' };
  }
}

function ownReason({ before, event, after }: Observation): string {
  if (event.kind === 'command') return 'an operator asked for it once more';
  if (event.kind === 'lock') return 'its disk lock is held now';
  return before.resources.phase === 'stable' ? 'nobody served it' : `it prefers ${after.settings.self}`;
}

function takeReason({ after: { command, settings } }: Observation): string {
  return command?.command === 'takeover'
    ? `an operator asked for it on ${settings.self}`
    : `${settings.peer} handed it over`;
}

function takeoverReason(seen: Observation, forged: number): string {
  const { before, event, after } = seen;
  const { peer } = after;
  const name = after.settings.peer;
  if (peer.left) return `${name} stopped in an orderly way`;
  if (event.kind === 'lock') return 'its disk lock is held now';
  if (peer.status !== 'dead') return `${name} cannot serve it`;
  const why = silenceOf(after, forged).text;
  const claim = before.claim;
  const isFenced = claim?.fencing.done === true || (event.kind === 'fenced' && event.ok);
  return [
    why,
    ...(isFenced || event.kind === 'fence-ack' ? [`${name} was fenced`] : []),
    ...(claim?.confirmed === true || event.kind === 'confirm' ? ['an operator confirmed it'] : []),
  ].join('; ');
}
