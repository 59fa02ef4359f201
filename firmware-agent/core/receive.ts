import type { Message } from '../wire/message.ts';
import { onCableTalk } from './cable-talk.ts';
import { onPeerConfiguration } from './configuration.ts';
import { hexNumber, uuidOf } from './fields.ts';
import { onServing, onVerdict } from './heal.ts';
import { onClientStatus, onGiveUpAborted, onPingCount, onToldDead } from './ipfail.ts';
import { onGroupAnswer, onGroupRequest } from './legacy.ts';
import { touchLink } from './links.ts';
import { beginPeerLife, isStatusWord, onStatus } from './membership.ts';
import { onNodesAsked, onNodesTold } from './nodelist.ts';
import { onCalledDead, onPartitionHealed } from './partition.ts';
import { onPingAnswer } from './pings.ts';
import { rejectOn } from './rejects.ts';
import { onResourceReport, onStarting } from './resources.ts';
import { onControlMessage } from './retransmission.ts';
import { acknowledge, freshOnLink, takeInSequence } from './sequence.ts';
import { onAskResources, onTakeoverRequest } from './standby.ts';
import { onShutdownDone } from './takeover.ts';
import { log, type Turn } from './turn.ts';

/** A changed uuid is logged at most so often, in ms. */
const uuidInterval = 60_000;

/**
 * The handlers of the sequenced messages; a type without one is not ours to act on (spec wire.md 5). `since`: when it was
 * first seen to be missing; now, where it comes in its turn.
 */
const handlers: Readonly<Record<string, (turn: Turn, message: Message, since: number) => void>> = {
  starting: onStarting,
  resource: onResourceReport,
  ask_resources: onAskResources,
  hb_takeover: onTakeoverRequest,
  shutdone: onShutdownDone,
  stonith: onCalledDead,
  'ip-request': onGroupRequest,
  'ip-request-resp': onGroupAnswer,
  reqnodes: onNodesAsked,
  repnodes: onNodesTold,
  'hbapi-clstat': onClientStatus,
  num_ping_nodes: onPingCount,
  you_are_dead: onToldDead,
  abort_giveup: onGiveUpAborted,
  twin_serving: onServing,
  twin_verdict: onVerdict,
  twin_config: onPeerConfiguration,
  twin_cable: onCableTalk,
};

/** An authentic message came in: whose it is, whether it is new, and what it does (spec wire.md 7). */
export function receive(turn: Turn, linkName: string, message: Message): void {
  const { state } = turn;
  if (state.pings[linkName]) {
    onPingAnswer(turn, linkName, message);
    return;
  }
  const link = state.links[linkName];
  if (!link) return;

  const type = message.text('t');
  const source = message.text('src');
  if (!type || !source || hexNumber(message.text('ts')) === null) {
    const text = `process_clustermsg: missing from/ts/type: iface ${linkName}, from ${source ?? 'nobody'}`;
    rejectOn(turn, linkName, 'malformed', text, 'ERROR');
    return;
  }
  const uuid = uuidOf(message, 'srcuuid');
  if (!isFromPeer(turn, linkName, source, uuid)) return;

  const generation = hexNumber(message.text('hg') ?? '0');
  if (generation === null) {
    rejectOn(turn, linkName, 'malformed', `hg is no number in ${type}`);
    return;
  }
  const { peer, settings } = state;
  if (generation < peer.generation) {
    const generations = `[gen = ${generation}, curgen = ${peer.generation}]`;
    const text = `should_drop_message: attempted replay attack [${source}]? ${generations}`;
    rejectOn(turn, linkName, 'replayed', text, 'ERROR');
    if (type === 'status') peer.refused = true;
    return;
  }
  if (uuid !== null && uuid !== peer.uuid) learnUuid(turn, uuid);
  if (type.startsWith('NS_')) {
    const dest = message.text('dest');
    if (dest === undefined || dest === settings.self) onControlMessage(turn, linkName, type, message);
    return;
  }
  receiveSequenced(turn, linkName, type, message, generation);
}

function receiveSequenced(
  turn: Turn,
  linkName: string,
  type: string,
  message: Message,
  generation: number,
): void {
  const { peer, links } = turn.state;
  const link = links[linkName];
  const seq = hexNumber(message.text('seq'));
  if (!link || seq === null || seq === 0) {
    rejectOn(turn, linkName, 'malformed', `seq is no number above 0 in ${type}`);
    return;
  }
  let healed = false;
  if (type === 'status') {
    if (!isStatusWord(message.text('st'))) {
      rejectOn(turn, linkName, 'malformed', `no node has the status ${message.text('st')}`);
      return;
    }
    if (generation > peer.generation) {
      // A life that is active when it is first heard began without us: it may serve what we serve.
      const isKnown = peer.status === 'dead' || peer.generation > 0;
      healed = isKnown && turn.state.status === 'active' && message.text('st') === 'active';
      beginPeerLife(turn, generation);
    } else if (peer.status === 'dead') {
      if (seq <= peer.lastStatusSeq) {
        rejectOn(
          turn,
          linkName,
          'replayed',
          `status ${seq} of a dead node, ${peer.lastStatusSeq} was its last`,
        );
        return;
      }
      healed = true;
    }
  } else if (generation > peer.generation || peer.status === 'dead') {
    // Only a status begins a life (spec wire.md 7); one follows within a keepalive.
    if (generation === peer.generation && seq <= peer.lastStatusSeq) {
      rejectOn(turn, linkName, 'replayed', `${type} ${seq} of a dead node`);
    }
    return;
  }

  // What was asked for again is welcome, however far behind it comes.
  if (!freshOnLink(link, seq) && !peer.missing.has(seq)) {
    if (!link.shared) rejectOn(turn, linkName, 'replayed', `${type} ${seq} was seen on this link before`);
    return;
  }
  if (seq < (peer.recentBeats[0] ?? 0) && !peer.missing.has(seq)) {
    if (!link.shared) rejectOn(turn, linkName, 'replayed', `${type} ${seq} is long over`);
    return;
  }
  touchLink(turn, linkName);
  const since = peer.missing.get(seq)?.since ?? turn.state.now;
  const isNew = takeInSequence(turn, seq);
  acknowledge(turn);
  if (!isNew || !isForUs(turn, message)) return;
  if (type === 'status') onStatus(turn, message, seq);
  else handlers[type]?.(turn, message, since);
  if (healed) onPartitionHealed(turn);
}

/** Known by uuid first, then by name (spec wire.md 4); our own voice on a medium that loops back is nobody's. */
function isFromPeer(turn: Turn, linkName: string, source: string, uuid: string | null): boolean {
  const { settings } = turn.state;
  if (source === settings.self) {
    if (uuid !== null && uuid !== settings.uuid) {
      rejectOn(
        turn,
        linkName,
        'stranger',
        `another box calls itself ${source}: every node needs a name of its own`,
      );
    }
    return false;
  }
  if (source !== settings.peer) {
    rejectOn(turn, linkName, 'stranger', `process_status_message: bad node [${source}] in message`, 'ERROR');
    return false;
  }
  return true;
}

/** A box that was replaced has another uuid. Two boxes of one name would change it with every message. */
function learnUuid(turn: Turn, uuid: string): void {
  const { peer, now } = turn.state;
  if (peer.uuid !== null && now - peer.uuidToldAt >= uuidInterval) {
    log(turn, 'WARN', `node ${turn.state.settings.peer} changed its uuid to ${uuid}`);
    peer.uuidToldAt = now;
  }
  peer.uuid = uuid;
  turn.actions.push({ do: 'learn', uuid });
}

function isForUs(turn: Turn, message: Message): boolean {
  const { settings } = turn.state;
  const uuid = uuidOf(message, 'destuuid');
  if (uuid !== null) return uuid === settings.uuid;
  const dest = message.text('dest');
  return dest === undefined || dest === settings.self;
}
