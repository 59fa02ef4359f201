import { whyNeeded } from '../../../doctor/need.ts';
import { answerLine, telling } from '../answer.ts';
import { Refusal, type TechnicianCommand } from '../desk.ts';

export const cable: TechnicianCommand = {
  name: 'cable',
  usage: '[PORT]',
  acts: true,
  summary: 'examine the serial cable',
  more: [
    'Which wires are there, and how fast and how well they carry, with the help of the peer.',
    'Heartbeats go by the other cables meanwhile; it takes half a minute.',
    'After Ctrl-C it goes on by itself; `events` has what is found.',
  ],
  async run([link, ...rest], desk) {
    if (rest.length > 0) throw new Refusal('Write: cable /dev/ttyS0');
    const { links, peer } = await desk.status();
    const serial = links.filter(({ medium }) => medium === 'serial').map(({ name }) => name);
    if (serial.length === 0) throw new Refusal('ha.cf has no serial cable.');
    const name = link ?? (serial.length === 1 ? serial[0] : undefined);
    if (name === undefined) throw new Refusal(`Which one? Write: cable ${serial.join(' or cable ')}`);
    const carriers = links.map((one) => ({ name: one.name, up: one.state === 'up' }));
    // A peer that stopped is not dead yet, but says nothing more.
    const isSilent = (links.find((one) => one.name === name)?.lastHeard ?? 0) > peer.deadtime / 2;
    const others = carriers.filter((one) => one.name !== name && one.up).map((one) => one.name);
    if (others.length === 0 && peer.status !== 'dead' && !isSilent)
      throw new Refusal(`${whyNeeded(peer.name, name, carriers)}.`);
    await desk.say(
      others.length > 0
        ? `${name} carries no heartbeats for half a minute: they go by ${others.join(' and ')} meanwhile.`
        : `${peer.name} is heard on no other cable: only this end can be examined.`,
    );
    if (!(await desk.confirm(`Examine ${name} now?`))) return;
    const outcome = await desk.ask(
      { command: 'cable', link: name },
      telling(desk, (text) => `  ${text} ...`),
    );
    await desk.say(...answerLine(outcome).split('\n'));
  },
};
