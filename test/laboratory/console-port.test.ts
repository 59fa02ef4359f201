import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { hashOf } from '../../firmware-agent/console/technician/scrypt.ts';
import { readEvents } from '../../firmware-agent/events/read-events.ts';
import { NullModem } from '../../scripts/laboratory/cable.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { atCable } from './support/console-human.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';
import { oneOwner } from './support/split-brain.ts';

enterLaboratory();

const PROMPT = /nodea> $/;
const INVITATION = /nodea: press Enter for the console of Twinbeat\.\r\n$/;

for (const baud of [9600, 115_200])
  t.test(`console at ${baud} baud`, async (t) => {
    const cable = await NullModem.lay(baud);
    t.teardown(() => cable.close());
    const password = 'three wires';
    const directives = [`console ${cable.ports.nodea} ${baud}`, `password ${await hashOf(password)}`];
    const { lab, served } = await runningPair(t, {}, ({ nodea }) =>
      nodea.writeSettings({ ...nodea.settings, twinbeat: directives }),
    );
    const { nodea, nodeb } = lab;
    const mark = lab.client.mark();
    const said = nodeb.log.mark();
    const human = await atCable(t, cable.ports.nodeb, baud);

    await t.test('Enter brings the menu, and its end the invitation', async (t) => {
      human.paste('garbage\xff\x00 without an end');
      await pause(300);
      t.equal(human.text, '', 'noise starts nothing');
      human.paste('\r');
      t.match(await human.sees(PROMPT), /nodea \(here\): active, serves/);
      t.match(await human.says('links\r', PROMPT), /x0 \(ucast\): up/);
      await human.says('quit\r', INVITATION);
    });

    await t.test('the cable is pulled in mid-command, and noise comes', async (t) => {
      await human.says('\r', PROMPT);
      human.paste('stand');
      await cable.cut();
      human.paste('by\r');
      await pause(1000);
      await cable.mend();
      t.match(await human.says('\x03version\r', /the agent: .*nodea> $/s), 'the agent: ');
      await cable.noise(0.05);
      for (let n = 0; n < 20; n += 1) human.paste('takeover\ryes\rstandby\ryes\r');
      await pause(2000);
      await cable.mend();
      await pause(1000);
      t.match(await human.says('\x03\rversion\r', /the agent: .*nodea> $/s), 'the agent: ');
    });

    await t.test('a log that goes on for ever ends with Ctrl-C', async (t) => {
      human.paste('log follow\r');
      await pause(1500);
      t.match(await human.says('\x03', PROMPT), PROMPT);
    });

    await t.test('nothing moved, and no heartbeat was late', async (t) => {
      await oneOwner(t, lab, mark, 'nodea');
      const complaints = nodeb.log.since(said).filter((line) => /Late heartbeat|dead|lost packet/.test(line));
      t.same(complaints, []);
    });

    await t.test('it moves what it is told to, with the password and a yes', async (t) => {
      await human.says('standby\r', /Password .*: $/);
      await pause(1000);
      await human.says(`${password}\r`, /yes or no: $/);
      await pause(1000);
      human.paste('yes\r');
      await served('nodeb');
      await human.says('quit\r', INVITATION);
      const { events = [] } = readEvents(join(nodea.box.directory, 'state')) ?? {};
      const told = events.filter(({ kind }) => kind === 'console').map(({ text }) => text);
      t.ok(told.some((text) => text.includes(`console ${cable.ports.nodea}: right password`)));
    });

    await t.test('a reload ends it, and the next agent has it', async (t) => {
      await human.says('\r', PROMPT);
      nodea.writeSettings({ ...nodea.settings, twinbeat: directives, directives: ['debug 1'] });
      await nodea.reload();
      const parameter = async () => (await nodea.status().catch(() => null))?.parameters.debug;
      await until('the next agent', async () => (await parameter()) === '1', PATIENCE);
      await pause(1500);
      t.match(await human.says('\r', PROMPT), PROMPT);
    });
  });
