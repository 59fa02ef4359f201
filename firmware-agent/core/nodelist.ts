import { goActive } from './membership.ts';
import { say, type Turn } from './turn.ts';

/** A starting node repeats its question at this interval, in ms (spec wire.md 8.1). */
const askInterval = 1000;

/** Ask the peer who belongs to the cluster; a Heartbeat goes active only after such an exchange, and so do we. */
export function askNodes(turn: Turn): void {
  const { state } = turn;
  state.askNodesAt = state.now + askInterval;
  say(turn, 'reqnodes', ['dest', state.settings.peer]);
}

/** A Heartbeat that gets no answer here never finishes its start-up. */
export function onNodesAsked(turn: Turn): void {
  const { nodes, peer } = turn.state.settings;
  say(turn, 'repnodes', ['dest', peer], ['nodelist', `${nodes[0]} ${nodes[1]} `], ['delnodelist', ' ']);
}

/** The list itself changes nothing: a pair is the two nodes of ha.cf, whatever the peer believes. */
export function onNodesTold(turn: Turn): void {
  if (turn.state.askNodesAt === null) return;
  turn.state.askNodesAt = null;
  goActive(turn);
}
