import type { Action } from './action.ts';
import { audit, takeForsakenIfDue } from './audit.ts';
import { onExamined, sayCableTalk } from './cable-talk.ts';
import { onConfirm, pursueClaim } from './claim.ts';
import { copyState } from './copy-state.ts';
import { nextDeadline } from './deadlines.ts';
import type { Event } from './event.ts';
import { failbackIfDue, tryFailback } from './failback.ts';
import { handOverIfDue, onStartFailure, setOfFailed } from './failure.ts';
import { onFenceAck, onFenced } from './fence.ts';
import { setHolds } from './holds.ts';
import { brokenInvariants } from './invariants.ts';
import { ipfailIfDue } from './ipfail.ts';
import { isolateIfDue, rejoinIfDue } from './isolation.ts';
import { askForGroupsIfDue, onLegacyGiven } from './legacy.ts';
import { expireLinks, onMedium, onSignal, tellOfSilentLinks } from './links.ts';
import { askForLocks, serveLocks } from './lock.ts';
import { onLock } from './lock-news.ts';
import { mustFree } from './lock-stop.ts';
import { learnIfDue, lookIfDue, onLooked } from './look.ts';
import { beatIfDue, checkLinksUp, expirePeer, start } from './membership.ts';
import { onCommand, watchCommand } from './operator.ts';
import { giveUpIfDue, onPartitionReleased } from './partition.ts';
import { expirePings } from './pings.ts';
import { receive } from './receive.ts';
import { rejectOn } from './rejects.ts';
import { onConfigured, onRenew, renewIfReady } from './renew.ts';
import { repeatReportIfDue, report, settleIfDue, tellOfFirstRest } from './resources.ts';
import { forgetRivalsIfDue, onRival } from './rival.ts';
import { askForMissing } from './sequence.ts';
import { leaveIfDue, onAllReleased, onStop, stopIfReady } from './shutdown.ts';
import { expireStandby } from './standby-end.ts';
import { endIfTakenUntold, onGiven } from './standby-give.ts';
import { onTaken } from './standby-take.ts';
import type { Job, State } from './state.ts';
import { onTakeoverDone } from './takeover.ts';
import { log, type Turn } from './turn.ts';

/**
 * The whole of a node's behaviour: what was, and what happens, give what is and what it causes.
 * Pure: the same state and event always give the same result, and the state passed in stays as it was.
 */
export function step(state: State, event: Event): { state: State; actions: readonly Action[] } {
  if (state.over) return { state, actions: [] };
  const turn: Turn = { state: copyState(state), actions: [] };
  turn.state.now = Math.max(event.at, state.now);
  if (event.kind !== 'start' && sleptThroughDeadtime(turn)) {
    if (event.kind === 'stop') turn.state.stopBy = turn.state.now;
    startAnew(turn);
  } else {
    happen(turn, event);
    watch(turn);
    tellOfFirstRest(turn, event);
  }
  const deadline = turn.state.over ? Number.POSITIVE_INFINITY : nextDeadline(turn);
  for (const text of brokenInvariants(turn.state, deadline)) log(turn, 'CRIT', `broken invariant: ${text}`);
  if (deadline !== turn.state.timer) {
    turn.state.timer = deadline;
    turn.actions.push({ do: 'timer', at: deadline });
  }
  return turn;
}

function happen(turn: Turn, event: Event): void {
  switch (event.kind) {
    case 'start':
      start(turn);
      break;
    case 'tick':
      break;
    case 'receive':
      receive(turn, event.link, event.message);
      break;
    case 'refuse':
      rejectOn(turn, event.link, event.reason, event.detail, event.level);
      break;
    case 'medium':
      onMedium(turn, event.link, event.fault);
      break;
    case 'examined':
      onExamined(turn, event.link, event.on);
      break;
    case 'cable talk':
      sayCableTalk(turn, event.fields);
      break;
    case 'signal':
      onSignal(turn, event.link, event.missing);
      break;
    case 'finished':
      onFinished(turn, event.job, event.failed);
      break;
    case 'command':
      onCommand(turn, event.id, event.command, event.set);
      break;
    case 'confirm':
      onConfirm(turn, event.id);
      break;
    case 'looked':
      onLooked(turn, event.look, event.sight);
      break;
    case 'lock':
      onLock(turn, event);
      break;
    case 'fenced':
      onFenced(turn, event.fence, event.ok, event.text);
      break;
    case 'fence-ack':
      onFenceAck(turn, event.id);
      break;
    case 'configured':
      onConfigured(turn, event.settings);
      break;
    case 'renew':
      onRenew(turn);
      break;
    case 'rival':
      onRival(turn, event.key, event.address, event.mac);
      break;
    case 'stop':
      onStop(turn);
      break;
  }
}

/** Whatever is due by now. Each looks at its own deadline, so that the order of events does not matter. */
function watch(turn: Turn): void {
  for (const job of serveLocks(turn)) endJob(turn, job);
  lookIfDue(turn);
  expirePeer(turn);
  expireLinks(turn);
  expirePings(turn);
  checkLinksUp(turn);
  tellOfSilentLinks(turn);
  rejoinIfDue(turn);
  isolateIfDue(turn);
  pursueClaim(turn);
  learnIfDue(turn);
  forgetRivalsIfDue(turn);
  askForMissing(turn);
  endIfTakenUntold(turn);
  settleIfDue(turn);
  repeatReportIfDue(turn);
  takeForsakenIfDue(turn);
  askForGroupsIfDue(turn);
  expireStandby(turn);
  watchCommand(turn);
  failbackIfDue(turn);
  handOverIfDue(turn);
  ipfailIfDue(turn);
  giveUpIfDue(turn);
  stopIfReady(turn);
  leaveIfDue(turn);
  renewIfReady(turn);
  askForLocks(turn);
  beatIfDue(turn);
}

/** How long a Heartbeat may need to take over what a frozen node held, in ms. */
const heartbeatTakeoverTime = 5000;

/**
 * No heartbeat of our own for deadtime: this node was frozen, and its peer has every right to serve by now.
 * Spec cluster.md 1.6 ("No local heartbeat"); nothing may be sent in this life any more, or the peer would see
 * a partition where there is only a node that slept.
 */
function sleptThroughDeadtime(turn: Turn): boolean {
  const { state } = turn;
  return state.status !== 'init' && state.now - state.lastBeat > state.settings.deadtime;
}

function startAnew(turn: Turn): void {
  const { state } = turn;
  const silent = Math.round(state.now - state.lastBeat);
  const why = `${silent} ms were missed, and the peer may have taken over.`;
  log(turn, 'ERROR', `No local heartbeat. Forcing restart. ${why}`);
  turn.actions.push({ do: 'abandon', set: 'all' });
  setHolds(turn, 'none');
  state.over = true;
  // A Heartbeat that is greeted while it takes over never fails back afterwards; nothing is lost by waiting.
  turn.actions.push({
    do: 'restart',
    after: state.peer.twinbeat || state.stopBy !== null ? 0 : heartbeatTakeoverTime,
  });
}

function onFinished(turn: Turn, id: number, failed: readonly string[]): void {
  const { resources } = turn.state;
  const job = resources.jobs.find((j) => j.id === id);
  if (!job || mustFree(turn, job, failed)) return;
  resources.jobs = resources.jobs.filter((j) => j !== job);
  endJob(turn, { ...job, failed });
}

function endJob(turn: Turn, job: Job): void {
  const { resources } = turn.state;
  const { failed } = job;
  switch (job.purpose) {
    case 'own groups':
      log(turn, 'info', 'Local Resource acquisition completed.');
      report(turn, 'req_our_resources()');
      if (failed.length > 0) onStartFailure(turn, job.set, failed);
      break;
    case 'takeover':
      onTakeoverDone(turn, job.set);
      if (failed.length > 0) onStartFailure(turn, setOfFailed(turn, failed, job.set), failed);
      report(turn);
      break;
    case 'give':
      onGiven(turn, job.set, failed);
      break;
    case 'take':
      onTaken(turn, job.set, failed);
      if (failed.length > 0) onStartFailure(turn, job.set, failed);
      break;
    case 'legacy give':
      if (job.key !== null) onLegacyGiven(turn, job.key);
      break;
    case 'legacy take':
      if (failed.length > 0) log(turn, 'CRIT', `Not started: ${failed.join(', ')}.`);
      break;
    case 'isolation':
      report(turn, 'isolated');
      break;
    case 'heal':
    case 'defend':
      report(turn);
      break;
    case 'lock':
      // A node that starts tells nothing before it knows what is asked of it; one of ours may wait for it to stop.
      if (resources.phase === 'received' && turn.state.peer.twinbeat) report(turn);
      if (resources.phase !== 'stable') return;
      report(turn);
      break;
    case 'shutdown':
      onAllReleased(turn, failed);
      return;
    case 'partition':
      onPartitionReleased(turn);
      return;
  }
  if (resources.phase === 'shutdown') return;
  audit(turn);
  if (resources.peerStable) tryFailback(turn);
}
