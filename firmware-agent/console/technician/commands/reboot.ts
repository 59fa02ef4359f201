import { spawnChild } from '../../../resources/child.ts';
import { type Desk, Refusal, type TechnicianCommand } from '../desk.ts';
import { groupName } from '../picture.ts';

/** Asks init, which ends the agent in order: what is held here goes to the peer first. */
const program = '/sbin/reboot';
/** Milliseconds until init has the wish. */
const limit = 30_000;

export const reboot: TechnicianCommand = {
  name: 'reboot',
  acts: true,
  summary: 'restart this box',
  run: (_words, desk) => askAndReboot(desk, program),
};

/** `path`: what reboots the box. */
export async function askAndReboot(desk: Desk, path: string): Promise<void> {
  await desk.say(...(await consequences(desk)));
  if (!(await desk.confirm('Reboot this box now?'))) return;
  await desk.say('It reboots.');
  const failure = await run(path);
  if (failure !== null) throw new Refusal(`It does not reboot: ${failure}`);
}

async function consequences({ ask }: Desk): Promise<string[]> {
  const outcome = await ask({ command: 'status' });
  if (outcome.kind !== 'status') return ['The agent does not answer: nobody knows what is served here.'];
  const { node, peer, groups } = outcome.status;
  const held = groups.filter(({ owner }) => owner === node).map(groupName);
  if (held.length === 0) return [`${node} serves nothing now.`];
  const then =
    peer.status === 'dead'
      ? `${peer.name} is DEAD: nobody serves it until this box is back.`
      : `${peer.name} takes it: standby first is gentler.`;
  return [`WARNING: ${node} serves ${held.join(', ')}.`, then];
}

/** Null: init has heard it. */
function run(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawnChild(path, [], { stdio: 'ignore', timeout: limit, killSignal: 'SIGKILL' });
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code === 0 ? null : `${path} ended with ${signal ?? code}`));
  });
}
