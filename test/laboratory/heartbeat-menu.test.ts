import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { request } from '../../firmware-agent/console/control-client.ts';
import type { TwinbeatNode } from '../../scripts/laboratory/node.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { other, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { atCable, type ConsoleHuman } from './support/console-human.ts';
import { PATIENCE, runningPair, TIMES } from './support/running-pair.ts';
import { oneOwner } from './support/split-brain.ts';

enterLaboratory();

const PROMPT = /nodea> $/;
const ON_AGAIN = /Heartbeats go on here; three Enters for the menu\./;
const BAUD = 19_200;

/** As a human does, who then waits. */
async function pressThrice(press: () => unknown): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    await press();
    await pause(250);
  }
  await pause(1000);
}

/** A busy machine may hear all three at once: they are pressed again. */
async function bringMenu(human: ConsoleHuman): Promise<string> {
  const from = human.text.length;
  while (!/the menu is/.test(human.text.slice(from))) await pressThrice(() => human.paste('\r'));
  return human.sees(PROMPT, from);
}

const serialOf = async (node: TwinbeatNode) =>
  (await node.status())?.links.find(({ medium }) => medium === 'serial')?.state;

async function serialIs(state: 'up' | 'down', ...nodes: readonly TwinbeatNode[]): Promise<void> {
  for (const node of nodes)
    await until(
      `the serial link of ${node.box.seat} to be ${state}`,
      async () => (await serialOf(node)) === state,
      PATIENCE,
    );
}

t.test('a laptop instead of the peer, and the peer again', async (t) => {
  const { lab } = await runningPair(t, { baud: BAUD }, ({ nodeb }) =>
    nodeb.writeSettings({ ...nodeb.settings, media: ['ucast'] }),
  );
  const { nodea, nodeb } = lab;
  const mark = lab.client.mark();
  const said = nodeb.log.mark();
  let unplug = async (): Promise<void> => undefined;
  const human = await atCable(
    { teardown: (end) => (unplug = async () => end()) },
    lab.serial.ports.nodeb,
    BAUD,
  );
  t.teardown(() => unplug());
  await pause(TIMES.deadtime);

  await t.test('what is no human brings nothing', async (t) => {
    for (const text of [
      '\r\n\r\n\r\n',
      '\r\nnodeb login: ',
      '\r\nnodeb> \r\nnodeb> ',
      'boot\r\n\r\n\r\nroot\r\n',
    ]) {
      human.paste(text);
      await pause(300);
    }
    human.paste(Buffer.from(Array.from({ length: 2000 }, (_, n) => (n * 7919) % 256)));
    await pause(2500);
    t.match(human.text, /t=status/, 'there are heartbeats');
    t.notMatch(human.text, /the menu is/);
  });

  await t.test('three Enters bring the menu, and no heartbeats', async (t) => {
    const shown = await bringMenu(human);
    t.match(shown, `nodea: the menu is on the heartbeat port ${lab.serial.ports.nodea},`);
    t.match(shown, /nodea \(here\): active, serves everything/);
    const from = human.text.length;
    t.match(await human.says('status\r', PROMPT), /nodeb: active/);
    await pause(4 * TIMES.keepalive);
    t.notMatch(human.text.slice(from), /t=status/);
  });

  await t.test('quit, and heartbeats go on', async (t) => {
    const from = human.text.length;
    await human.says('quit\r', ON_AGAIN);
    t.match(await human.sees(/t=status/, from), ON_AGAIN);
    await pause(1500);
    await bringMenu(human);
  });

  await t.test('the peer is plugged in again: its heartbeats end the session', async (t) => {
    await unplug();
    nodeb.writeSettings({ ...nodeb.settings, media: ['serial', 'ucast'] });
    await nodeb.reload();
    await serialIs('up', nodea, nodeb);
    t.ok(nodea.log.since(0).some((line) => /carries heartbeats again: a node is heard/.test(line)));
  });

  await oneOwner(t, lab, mark, 'nodea');
  const complaints = nodeb.log.since(said).filter((line) => /Late heartbeat|is dead|lost packet/.test(line));
  t.same(complaints, [], 'the other cable carried the heartbeats');
});

t.test('two nodes, and the bytes that each has from the other', async (t) => {
  const { lab } = await runningPair(t, { baud: BAUD });
  const { nodea, nodeb } = lab;
  const mark = lab.client.mark();
  const toldBy = (node: TwinbeatNode, what: RegExp) =>
    until(
      `${node.box.seat} to tell ${what}`,
      () => node.log.since(0).some((line) => what.test(line)),
      PATIENCE,
    );
  const enter = (at: Seat) => pressThrice(() => lab.serial.inject(other(at), Buffer.from('\r')));
  const begin = async (node: TwinbeatNode) => {
    const said = node.log.mark();
    while (!node.log.since(said).some((line) => /has the menu/.test(line))) await enter(node.box.seat);
  };

  await t.test('no menu while the peer is heard', async (t) => {
    await enter('nodea');
    t.notOk(nodea.log.since(0).some((line) => /has the menu/.test(line)));
  });

  await t.test('the text of a menu brings none at the peer, whose heartbeats end it', async (t) => {
    await lab.serial.cut();
    await serialIs('down', nodea, nodeb);
    await lab.serial.mend('nodea');
    await begin(nodea);
    for (const line of ['\r', '\r', 'help\r', 'log\r', '\r', '\r', '\r']) {
      await lab.serial.inject('nodeb', Buffer.from(line));
      await pause(300);
    }
    t.notOk(nodeb.log.since(0).some((line) => /has the menu/.test(line)));
    t.match(
      await request(nodea.runDirectory, { command: 'cable' }),
      { kind: 'answer', answer: { ok: false, text: /is not free: a technician at its menu has it/ } },
      'the cable doctor does not take it away',
    );
    await lab.serial.mend();
    await toldBy(nodea, /carries heartbeats again: a node is heard/);
    await serialIs('up', nodea, nodeb);
  });

  await t.test('two menus that face each other give way to heartbeats', async () => {
    await lab.serial.cut();
    await serialIs('down', nodea, nodeb);
    const said = { nodea: nodea.log.mark(), nodeb: nodeb.log.mark() };
    const told = (what: RegExp) =>
      [nodea, nodeb].every((node) => node.log.since(said[node.box.seat]).some((line) => what.test(line)));
    await begin(nodea);
    await begin(nodeb);
    await pause(1000);
    await lab.serial.mend();
    await lab.serial.inject('nodeb', Buffer.from('x\r'));
    await until('both to give way', () => told(/carries heartbeats again/), PATIENCE);
    await serialIs('up', nodea, nodeb);
  });

  await t.test('a reload and a stop end it', async (t) => {
    await lab.serial.cut();
    await serialIs('down', nodea, nodeb);
    const said = nodea.log.mark();
    await begin(nodea);
    nodea.writeSettings({ ...nodea.settings, directives: ['debug 1'] });
    await nodea.reload();
    await until('the next agent', async () => (await nodea.status())?.parameters.debug === '1', PATIENCE);
    t.notOk(nodea.log.since(said).some((line) => /ERROR|CRIT/.test(line)));
    await lab.serial.mend();
    await serialIs('up', nodea, nodeb);
    await oneOwner(t, lab, mark, 'nodea');

    await lab.serial.cut();
    await serialIs('down', nodea, nodeb);
    await begin(nodea);
    await nodea.stop();
    t.equal(nodea.failure, null);
    const left = async () => {
      const { stdout } = await nodea.box.run(['ps', '-eo', 'args'], PATIENCE);
      return stdout.split('\n').filter((line) => line.includes(`--port-name ${lab.serial.ports.nodea} `));
    };
    await until('no menu to be left', async () => (await left()).length === 0, PATIENCE);
  });
});

t.test('heartbeat-console off: none', async (t) => {
  const { lab } = await runningPair(t, { baud: BAUD, twinbeat: ['heartbeat-console off'] });
  await lab.serial.cut();
  await serialIs('down', lab.nodea);
  for (let n = 0; n < 3; n += 1) await pressThrice(() => lab.serial.inject('nodeb', Buffer.from('\r')));
  t.notOk(lab.nodea.log.since(0).some((line) => /has the menu/.test(line)));
});
