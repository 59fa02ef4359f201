import { answerLine } from '../answer.ts';
import { Refusal, type TechnicianCommand } from '../desk.ts';

export const fenceAck: TechnicianCommand = {
  name: 'fence-ack',
  usage: 'NODE',
  acts: true,
  summary: 'NODE: its box is off',
  more: ['For a takeover that waits until a human has switched the other box off.'],
  async run([node, ...rest], desk) {
    const { peer } = await desk.status();
    if (node !== peer.name || rest.length > 0) throw new Refusal(`Write: fence-ack ${peer.name}`);
    if (!(await desk.confirm(`Is the box of ${node} off, and have you seen that yourself?`))) return;
    await desk.say(answerLine(await desk.ask({ command: 'fence-ack', node })));
  },
};
