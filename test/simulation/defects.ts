import type { DefenceSet } from './defence-sets.ts';
import { guardDefects } from './guard-defects.ts';

/** A deliberate defect of the core: a text of one of its files, found there once, and what stands in its place. */
export interface Defect {
  readonly name: string;
  /** From `firmware-agent/core`. */
  readonly file: string;
  readonly text: string;
  readonly instead: string;
  /** A pair of the first so many seeds must show it. */
  readonly within: number;
  /** Absent: those that each seed draws. */
  readonly defences?: DefenceSet;
}

/** What the simulator must be able to see. */
export const defects: readonly Defect[] = [
  {
    name: 'the peer is called dead after half of deadtime',
    file: 'membership.ts',
    text: 'return (peer.lastStatusAt ?? startedAt) + peer.deadtime;',
    instead: 'return (peer.lastStatusAt ?? startedAt) + peer.deadtime / 2;',
    within: 20,
  },
  {
    name: 'who slept keeps its addresses',
    file: 'step.ts',
    text: "turn.actions.push({ do: 'abandon', set: 'all' });",
    instead: '',
    within: 20,
  },
  {
    name: 'a dead peer is not taken over from',
    file: 'takeover.ts',
    text: 'beginClaim(turn);',
    instead: '',
    within: 20,
  },
  {
    name: 'the verdict after a partition is not carried out',
    file: 'heal.ts',
    text: "if (give !== 'none') begin(turn, 'release', give, 'heal');",
    instead: '',
    within: 500,
  },
  {
    name: 'who answers on the LAN is taken from all the same',
    file: 'sight.ts',
    text: 'return barred || unseen ? union(refused, set) : refused;',
    instead: 'return refused;',
    within: 50,
  },
  {
    name: 'who is cut off from everybody serves on',
    file: 'isolation.ts',
    text: "    turn.actions.push({ do: 'abandon', set: 'all' });\n    begin(turn, 'release', 'all', 'isolation');\n",
    instead: '',
    within: 400,
    defences: 'look+isolation',
  },
  {
    name: 'who gives way to a rival keeps the addresses',
    file: 'rival.ts',
    text: "  turn.actions.push({ do: 'abandon', set: 'foreign' });\n  begin(turn, 'release', 'foreign', 'defend');\n",
    instead: '',
    within: 1000,
    defences: 'look+take-after',
  },
  {
    name: 'the word of a human is not heeded',
    file: 'claim.ts',
    text: 'claim.confirmed = true;',
    instead: '',
    within: 400,
  },
  {
    name: 'a failback is due and never asked for',
    file: 'failback.ts',
    text: "requestStandby(turn, 'foreign');",
    instead: '',
    within: 800,
    defences: 'look',
  },
  {
    name: 'what nobody holds stays down',
    file: 'audit.ts',
    text: '  if (missesOwn) acquireOwn(turn);\n',
    instead: '',
    within: 300,
  },
  {
    name: 'an operator gets no answer',
    file: 'turn.ts',
    text: "turn.actions.push({ do: 'answer', id: command.id, ok, text });",
    instead: '',
    within: 50,
  },
  {
    name: 'a handshake that nobody answers never ends',
    file: 'standby-end.ts',
    text: 'if (resources.standbyDeadline === null || resources.standbyDeadline > now) return;',
    instead: 'if (now > 0) return;',
    within: 400,
  },
  {
    name: 'nobody asks who served during a silence',
    file: 'receive.ts',
    text: 'if (healed) onPartitionHealed(turn);',
    instead: '',
    within: 800,
  },
  {
    name: 'who starts anew after a silence leaves its groups up',
    file: 'partition.ts',
    text: "begin(turn, 'release', 'all', 'partition');",
    instead: 'onPartitionReleased(turn);',
    within: 50,
  },
  ...guardDefects,
];
