import { type ResourceSet, resourceSets } from '../../control-protocol.ts';
import type { GroupReport, StatusReport } from '../../report.ts';
import { answerLine, telling } from '../answer.ts';
import { type Desk, Refusal, type TechnicianCommand } from '../desk.ts';
import { groupName, peerLine } from '../picture.ts';

export const standby: TechnicianCommand = {
  name: 'standby',
  usage: `[${resourceSets.join('|')}]`,
  acts: true,
  summary: 'hand over to the peer',
  more: ['local: what prefers this node; foreign, failback: what prefers the other.'],
  run: ([set, ...rest], desk) => move('standby', set, rest, desk),
};

export const takeover: TechnicianCommand = {
  name: 'takeover',
  usage: `[${resourceSets.join('|')}|confirm]`,
  acts: true,
  summary: 'take over from the peer',
  more: [
    'local, failback: what prefers this node; foreign: what prefers the other.',
    'confirm: take what waits for a human, whatever speaks against it.',
  ],
  run: ([set, ...rest], desk) =>
    set === 'confirm' && rest.length === 0 ? confirmTakeover(desk) : move('takeover', set, rest, desk),
};

/** Why nothing can be moved by hand while the peer is dead. */
const withoutPeer = {
  standby: 'nobody would take over.',
  takeover: 'nobody hands over. What waits for a human: takeover confirm.',
} as const;

async function move(
  command: 'standby' | 'takeover',
  word = 'all',
  rest: readonly string[],
  desk: Desk,
): Promise<void> {
  const set = resourceSets.find((each) => each === word);
  if (set === undefined || rest.length > 0) throw new Refusal(`Write: ${command} ${resourceSets.join('|')}`);
  const report = await desk.status();
  const groups = moved(command, set, report);
  const { node, peer } = report;
  const down = command === 'takeover' ? downHere(set, report) : [];
  if (groups.length === 0 && down.length > 0) {
    await startAgain(set, down, desk);
    return;
  }
  const [from, to] = command === 'standby' ? [node, peer.name] : [peer.name, node];
  if (groups.length === 0) throw new Refusal(`Nothing would move: ${to} has all of that already.`);
  if (peer.status === 'dead') throw new Refusal(`${peer.name} is DEAD: ${withoutPeer[command]}`);
  await desk.say(
    `From ${from} to ${to}:`,
    ...groups.map((group) => `  ${groupName(group)}${group.owner === null ? ' (nobody has it)' : ''}`),
    peerLine(report),
  );
  if (!(await desk.confirm(`Move it to ${to} now?`))) return;
  await desk.say('Ctrl-C does not stop the move.');
  const outcome = await desk.ask({ command, set }, telling(desk));
  await desk.say(answerLine(outcome));
  const isDone = outcome.kind === 'answer' && outcome.answer.ok;
  if (isDone && command === 'standby') await desk.say(`${wayBack(groups, report)} brings it back.`);
}

/** A takeover of what this node has already starts what is down of it. */
async function startAgain(set: ResourceSet, down: readonly GroupReport[], desk: Desk): Promise<void> {
  await desk.say(
    'Nothing would move, but this is down here:',
    ...down.map((group) => `  ${groupName(group)}`),
  );
  if (!(await desk.confirm('Start it again now?'))) return;
  await desk.say(answerLine(await desk.ask({ command: 'takeover', set }, telling(desk))));
}

/** The command that takes these groups back, and no others. */
function wayBack(groups: readonly GroupReport[], { node, groups: all }: StatusReport): string {
  if (groups.length === all.length) return 'takeover';
  return groups.every(({ prefers }) => prefers === node) ? 'takeover local' : 'takeover foreign';
}

/** The groups that the command is about and that are not where they are to go. */
export function moved(
  command: 'standby' | 'takeover',
  set: ResourceSet,
  { node, groups }: Pick<StatusReport, 'node' | 'groups'>,
): readonly GroupReport[] {
  return groups.filter(({ prefers, owner }) => {
    return isMeant(command, set, prefers === node) && (owner === node) === (command === 'standby');
  });
}

/** The groups that the takeover is about, that this node has, and that do not run. */
function downHere(set: ResourceSet, { node, groups }: StatusReport): readonly GroupReport[] {
  return groups.filter(({ prefers, owner, state }) => {
    return isMeant('takeover', set, prefers === node) && owner === node && notRunning.has(state);
  });
}

const notRunning: ReadonlySet<GroupReport['state']> = new Set(['failed', 'stopped']);

/** `isOurs`: the group prefers this node. */
function isMeant(command: 'standby' | 'takeover', set: ResourceSet, isOurs: boolean): boolean {
  if (set === 'failback') return isOurs === (command === 'takeover');
  return set === 'all' || (set === 'local') === isOurs;
}

async function confirmTakeover(desk: Desk): Promise<void> {
  const report = await desk.status();
  await desk.say(
    peerLine(report),
    'What waits to be taken over is taken at once, whatever speaks against it: make sure that the other box serves nothing.',
  );
  if (!(await desk.confirm('takeover confirm: take it now?'))) return;
  await desk.say(answerLine(await desk.ask({ command: 'confirm' })));
}
