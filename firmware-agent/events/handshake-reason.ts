import type { Observation } from './observation.ts';

/** Why this node just began to hand groups over; null: it did not. */
export function givingReason({ before, event, after }: Observation): string | null {
  if (before.resources.standby !== 'not' || after.resources.standby !== 'me') return null;
  const { self, peer } = after.settings;
  if (event.kind === 'command') return `an operator asked for it on ${self}`;
  if (event.kind === 'receive' && event.message.text('t') === 'hb_takeover')
    return `an operator asked for it on ${peer}`;
  if (before.resources.handOverSet !== 'none' && after.resources.handOverSet === 'none')
    return `it did not start on ${self}`;
  if (before.ipfail?.giveUpAt != null && after.ipfail?.giveUpAt == null && before.ipfail.giveUpSet === 'all')
    return `${peer} sees more ping nodes`;
  return `it prefers ${peer} (auto_failback)`;
}
