import { claimDeadline } from './claim.ts';
import { fenceDeadline } from './fence.ts';
import { isolationDeadline } from './isolation.ts';
import { linkDeadline } from './links.ts';
import { lockDeadline } from './lock.ts';
import { lookDeadline, lookLimitDeadline } from './look.ts';
import { peerDeadline } from './membership.ts';
import { pingDeadline } from './pings.ts';
import { rivalDeadline } from './rival.ts';
import type { Turn } from './turn.ts';

/** When this node must be woken next if nothing else happens; monotonic ms. */
export function nextDeadline(turn: Turn): number {
  const { state } = turn;
  const { resources } = state;
  const never = Number.POSITIVE_INFINITY;
  let next = Math.min(
    state.nextBeat,
    peerDeadline(turn),
    resources.phase === 'shutdown' ? never : (state.askNodesAt ?? never),
    resources.settleAt ?? never,
    resources.repeatAt ?? never,
    resources.askAgainAt ?? never,
    resources.standbyDeadline ?? never,
    resources.failbackAt ?? never,
    resources.forsakenAt ?? never,
    resources.handOverAt ?? never,
    resources.healBy ?? never,
    state.command?.deadline ?? never,
    state.partitionAt ?? never,
    resources.phase === 'shutdown' ? never : (state.stopBy ?? never),
    state.leaveAt ?? never,
    state.ipfail?.giveUpAt ?? never,
    state.ipfail?.compareAt ?? never,
    lookDeadline(turn),
    lookLimitDeadline(turn),
    claimDeadline(turn),
    fenceDeadline(turn),
    lockDeadline(turn),
    isolationDeadline(turn),
    state.learnAt ?? never,
    state.silentLinksAt ?? never,
    rivalDeadline(turn),
  );
  for (const name in state.links) next = Math.min(next, linkDeadline(turn, name));
  for (const name in state.pings) next = Math.min(next, pingDeadline(turn, name));
  for (const entry of state.peer.missing.values()) next = Math.min(next, entry.askAt);
  return next;
}
