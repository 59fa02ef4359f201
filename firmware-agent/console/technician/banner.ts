import { version } from '../../version.ts';
import type { Desk } from './desk.ts';
import { alarmLines, nodeLine, peerLine } from './picture.ts';

/** What a human should know before the first word is typed. Resolves with the node's name; undefined: no agent tells it. */
export async function banner(desk: Desk): Promise<string | undefined> {
  const outcome = await desk.ask({ command: 'status' });
  await desk.say('', `Twinbeat ${version}`);
  if (outcome.kind === 'status') {
    const { status } = outcome;
    await desk.say(nodeLine(status), peerLine(status), ...alarmLines(status, desk.port));
  } else {
    const why = outcome.kind === 'failed' ? outcome.text : outcome.answer.text;
    await desk.say(why, 'Looking works: events, log, support.');
  }
  await desk.say('Type help for the commands.');
  return outcome.kind === 'status' ? outcome.status.node : undefined;
}
