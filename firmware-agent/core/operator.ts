import type { SetWord } from './event.ts';
import { forgetFailures } from './failure.ts';
import { type Holding, includes, overlaps } from './holding.ts';
import { canLock } from './locked.ts';
import { isStable } from './resources.ts';
import { requestStandby } from './standby.ts';
import { answer, begin, say, type Turn } from './turn.ts';

/** How long a takeover waits for the peer to begin giving, in ms. */
const beginTime = 10_000;

/** How long an operator waits for the whole movement before being told that it goes on by itself, in ms. */
const wholeTime = 100_000;

/** An operator's wish: begin it, or say at once why not (spec cluster.md 7.1, 7.2). */
export function onCommand(turn: Turn, id: number, command: 'standby' | 'takeover', word: SetWord): void {
  const { state } = turn;
  const refuse = (text: string) => turn.actions.push({ do: 'answer', id, ok: false, text });
  if (state.command) {
    refuse(`A ${state.command.command} is under way already: wait for its end.`);
    return;
  }
  const set = setOf(command, word);
  const { holds } = state.resources;
  if (command === 'takeover' && includes(holds, set) && mayMove(turn)) {
    // Whatever of it is down is started once more: how a group that failed comes back.
    forgetFailures(turn, 'Resources are moved by hand.');
    begin(turn, 'acquire', set, 'own groups');
    const text = `${state.settings.self} holds that already; what is down of it is started again.`;
    turn.actions.push({ do: 'answer', id, ok: true, text });
    return;
  }
  const why = obstacle(turn, command);
  if (why !== null) {
    refuse(why);
    return;
  }
  if (command === 'standby' && !overlaps(holds, set)) {
    turn.actions.push({
      do: 'answer',
      id,
      ok: true,
      text: `${state.settings.self} holds nothing of that already.`,
    });
    return;
  }
  state.command = {
    id,
    command,
    since: state.now,
    deadline: state.now + (command === 'takeover' ? beginTime : wholeTime),
  };
  forgetFailures(turn, 'Resources are moved by hand.');
  turn.actions.push({ do: 'progress', id, text: `asking ${state.settings.peer} ...` });
  if (command === 'takeover') say(turn, 'hb_takeover', ['rsc_hold', set]);
  else if (!requestStandby(turn, set))
    answer(turn, false, 'Resources are moving just now: try again in a moment.');
}

/** Nothing of ours is moving, stopping or being agreed upon. */
function mayMove(turn: Turn): boolean {
  const { stopBy, partitionAt } = turn.state;
  return isStable(turn) && stopBy === null && partitionAt === null;
}

/** `failback`: what prefers the other side; a takeover gets what prefers ourselves. */
function setOf(command: 'standby' | 'takeover', word: SetWord): Holding {
  if (word !== 'failback') return word;
  return command === 'standby' ? 'foreign' : 'local';
}

function obstacle(turn: Turn, command: 'standby' | 'takeover'): string | null {
  const { status, peer, resources, settings, stopBy, partitionAt } = turn.state;
  if (stopBy !== null || resources.phase === 'shutdown') return `${settings.self} is stopping.`;
  if (partitionAt !== null) return 'Both nodes restart after a partition: try again when both are active.';
  if (settings.legacy) {
    return 'auto_failback legacy knows no standby: write `auto_failback on` (or `off`) on both nodes.';
  }
  if (status !== 'active') {
    return `${settings.self} is still starting (status ${status}): try again when it is active.`;
  }
  if (peer.status === 'dead' || peer.left) {
    const state = peer.left ? 'has shut down' : 'is dead';
    if (command === 'takeover' && turn.state.claim !== null)
      return `${settings.peer} ${state}, and something speaks against taking over: see \`twinbeat status\`; \`twinbeat takeover --confirm\` takes it all the same.`;
    return command === 'standby'
      ? `${settings.peer} ${state}: nobody could take over what ${settings.self} gives up.`
      : `${settings.peer} ${state}: ${settings.self} holds ${resources.holds} already.`;
  }
  const taker = command === 'standby' ? settings.peer : settings.self;
  if (command === 'standby' ? peer.lockless : !canLock(turn.state))
    return `${taker} cannot use the disk of the lock: see \`twinbeat status\` there.`;
  if (
    resources.phase !== 'stable' ||
    resources.jobs.length > 0 ||
    !resources.peerStable ||
    resources.healBy !== null
  ) {
    return 'Resources are moving just now: try again in a moment.';
  }
  return null;
}

/** A takeover that began gets time for the work; one that waited too long is answered. */
export function watchCommand(turn: Turn): void {
  const { state } = turn;
  const { command, resources, settings } = state;
  if (!command) return;
  if (resources.standby !== 'not') command.deadline = command.since + wholeTime;
  if (command.deadline > state.now) return;
  answer(
    turn,
    false,
    resources.standby === 'not'
      ? `${settings.peer} did not begin to give within ${Math.round((state.now - command.since) / 1000)} s: see its log.`
      : 'It takes longer than usual and goes on by itself: see `twinbeat status`.',
  );
}
