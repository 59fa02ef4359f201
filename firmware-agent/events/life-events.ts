import type { Happened } from './event.ts';
import type { Observation } from './observation.ts';
import { seconds } from './words.ts';

/** The beginning and the end of a life of the agent. */
export function lifeEvents({ before, event, after, actions }: Observation): Happened[] {
  const { self, peer, deadtime } = after.settings;
  const { generation } = after;
  if (event.kind === 'start')
    return [{ kind: 'started', text: `${self} begins, generation ${generation}`, facts: { generation } }];
  const told: Happened[] = [];
  if (event.kind === 'stop')
    told.push({ kind: 'stopping', text: `${self} was told to stop`, facts: { node: self } });
  if (event.kind === 'configured')
    told.push({ kind: 'configured', text: `${self} goes by its new files from now on`, facts: {} });
  if (actions.some((action) => action.do === 'renew')) {
    const text = `${self} starts anew with its new files, and goes on serving`;
    told.push({ kind: 'renewed', text, facts: {} });
  }
  const end = actions.find((action) => action.do === 'restart' || action.do === 'exit');
  if (end === undefined) return told;
  // A node that slept says nothing any more: no job ran to its end.
  if (actions.some((action) => action.do === 'abandon' && action.set === 'all')) {
    const silent = Math.round(after.now - before.lastBeat);
    told.push({
      kind: 'restarted',
      text:
        `${self} gave up everything at once: it was held up for ${seconds(silent)}, longer than its deadtime ` +
        `${seconds(deadtime)}, and ${peer} may have taken over`,
      facts: { silent },
    });
  } else if (end.do === 'restart')
    told.push({ kind: 'restarted', text: `${self} begins anew after a partition`, facts: {} });
  if (end.do === 'exit') told.push({ kind: 'stopped', text: `${self} ends`, facts: {} });
  return told;
}
