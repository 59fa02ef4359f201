import { heldAddresses } from '../addresses.ts';
import { answerLine } from '../answer.ts';
import { Refusal, type TechnicianCommand } from '../desk.ts';

export const arp: TechnicianCommand = {
  name: 'arp',
  acts: true,
  summary: 'announce our addresses',
  more: ['Gratuitous ARP for what is held here: for a switch or router that still sends to the other box.'],
  async run(_words, desk) {
    const { groups, node } = await desk.status();
    const held = heldAddresses(groups);
    if (held.length === 0) throw new Refusal(`${node} holds no address: there is nothing to announce.`);
    if (!(await desk.confirm(`Announce ${held.join(', ')} to the neighbours now?`))) return;
    await desk.say(answerLine(await desk.ask({ command: 'announce' })));
  },
};
