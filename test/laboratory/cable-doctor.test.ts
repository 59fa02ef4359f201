import { connect } from 'node:net';
import t from 'tap';
import { socketPath } from '../../firmware-agent/console/control-protocol.ts';
import { Crossover } from '../../scripts/laboratory/crossover.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { ask, bothUp, carriesAgain, complaints, keptOf, rested, serialLink } from './support/cable-talk.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';
import { oneOwner } from './support/split-brain.ts';

enterLaboratory();

/** A heartbeat that came late, or what follows from it. */
const LATE = /Late heartbeat|is dead|CRIT|[Tt]akeover/;

t.test('a good null modem', async (t) => {
  const { lab } = await runningPair(t);
  const { nodea, nodeb } = lab;
  const mark = lab.client.mark();
  const troubles = complaints(lab, /WARN|ERROR|CRIT|Late heartbeat|dead/);
  const { answer, comesTo } = ask(nodea);
  await comesTo(/^data at 19200 baud$/);
  for (const node of [nodea, nodeb]) t.match(await serialLink(node), { state: 'up', examined: true });
  t.match((await nodeb.command('status')).stdout, 'is examined: it carries no heartbeats');

  // One at a time, whoever asks.
  t.match(await ask(nodea).answer, { ok: false, text: /^\S+ is examined at this moment, for nodea$/ });
  t.match(await ask(nodeb).answer, { ok: false, text: /^\S+ is examined at this moment, for nodea$/ });

  const { ok, text } = await answer;
  t.ok(ok);
  t.match(text.split('\n'), [
    /^Data passes; works at 19200, not at 38400, 0 errors in 38\d\d\d bytes\.$/,
    /^Whether the modem lines are wired cannot be known: /,
  ]);
  await carriesAgain(lab);
  for (const seat of SEATS) t.same((await lab.nodes[seat].status())?.alarms, []);
  t.same(troubles(), [], 'nobody missed anything');
  await oneOwner(t, lab, mark, 'nodea');
  await until('the event', () => keptOf(nodea).length > 0, PATIENCE);
  const told = (node: typeof nodea) => keptOf(node, 'late', 'medium', 'link-down', 'alarm');
  t.match(told(nodea), [/^\S+: Data passes; works at 19200/]);
  t.same(told(nodeb), [], 'one event, on the node that was asked');
});

t.test('cables that are not good, and a technician who does not wait', async (t) => {
  const { lab } = await runningPair(t);
  const { nodea, nodeb } = lab;
  const lateness = complaints(lab, LATE);
  const found = async () => (await ask(nodea).answer).text.split('\n');
  const unknown = /^Whether the modem lines are wired cannot be known: /;

  await lab.serial.cut('nodea');
  t.match(await found(), [/^No data comes from this end to the other: .* nodea hears 0 errors in/, unknown]);
  await lab.serial.mend();
  await lab.serial.cut('nodeb');
  t.match(await found(), [/^No data comes from the other end to this one: .* nodeb hears 0 errors in/]);
  await lab.serial.cut('nodea');
  t.match(await found(), [/^No data passes, although nodeb has its port open: .* straight-through/, unknown]);

  // Both ask at the same moment, and the first of the two goes first.
  const [first, second] = await Promise.all([ask(nodea).answer, ask(nodeb).answer]);
  t.match(first, { ok: true, text: /^No data passes/ });
  t.match(second, { ok: false, text: /examine.* for nodea$|^nodea examines a cable at this moment$/ });

  // Ctrl-C at the console: what was begun comes to its end.
  const before = keptOf(nodea).length;
  const socket = connect(socketPath(nodea.runDirectory));
  socket.write('{"command":"cable"}\n');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  await until('its end', () => keptOf(nodea).length > before, PATIENCE);

  await lab.serial.mend();
  await carriesAgain(lab);
  await lab.serial.noise(0.002);
  t.match(await found(), [/^Data passes; at 19200 baud nodeb hears \d+ wrong and \d+ lost of /, unknown]);
  await lab.serial.mend();
  await rested(t, lab, lateness);

  nodeb.writeSettings({ ...nodeb.settings, baud: 9600 });
  await nodeb.stop();
  t.match(await found(), [
    /^This port has no modem lines\. More cannot be known from one end: nodeb is heard on no cable\.$/,
    /^Plug the cable to nodeb in/,
  ]);
  nodeb.startDaemon();
  await carriesAgain(lab);
  await lab.serial.cut();
  t.match(await found(), [
    /^The rates differ: `baud 19200` in ha.cf of nodea, `baud 9600` in that of nodeb:/,
  ]);
});

t.test('the heartbeats go first', async (t) => {
  const { lab } = await runningPair(t);
  const { nodea, nodeb } = lab;
  const mark = lab.client.mark();
  const deaths = complaints(lab, /is dead|[Tt]akeover/);

  let asked = ask(nodea);
  await asked.comesTo(/for 20 s/);
  await lab.network.cut('crossover');
  t.match(await asked.answer, { ok: false, text: /^nodeb is heard on no other cable than / });
  await carriesAgain(lab);
  t.match(
    await ask(nodea).answer,
    { ok: false, text: /^nodeb is heard on no other cable than .*: mend the other/ },
    'the only cable is not taken away',
  );
  await lab.network.mend('crossover');
  await bothUp(lab);
  t.same(deaths(), [], 'the null modem was back in time');

  // The peer that helps starts anew, and so does the one that asked.
  for (const node of [nodeb, nodea]) {
    asked = ask(nodea);
    await asked.comesTo(/for 20 s/);
    node.writeSettings({ ...node.settings, directives: ['hopfudge 2'] });
    await node.reload();
    t.match(await asked.answer, { ok: false });
    await carriesAgain(lab);
  }
  t.same(deaths(), []);
  await oneOwner(t, lab, mark, 'nodea');

  // It stops in the middle.
  asked = ask(nodea);
  await asked.comesTo(/for 20 s/);
  await nodeb.stop();
  t.match(await asked.answer, { ok: false, text: /^nodeb: |^nodeb stopped or started anew$/ });
  nodeb.startDaemon();
  await carriesAgain(lab);

  // Who asked has no time to say so.
  asked = ask(nodea);
  await asked.comesTo(/for 20 s/);
  const said = complaints(lab, /carries heartbeats again/);
  await nodea.kill();
  await until('nodeb to have its port again', () => said().length > 0, PATIENCE);
  t.match(await asked.answer, { ok: false });
});

t.test('the other cable falls silent, one way', async (t) => {
  const { lab } = await runningPair(t, { deadtime: 4000 });
  const { nodea } = lab;
  const deaths = complaints(lab, /is dead|[Tt]akeover/);
  const crossover = await Crossover.take(lab.network);
  for (const [mute, why] of [
    ['nodeb', /^nodeb is heard on no other cable than /],
    ['nodea', /^nodeb: nodea is heard on no other cable than /],
  ] as const) {
    const asked = ask(nodea);
    await asked.comesTo(/for 20 s/);
    await crossover.tamper({ loss: 1 }, mute);
    t.match(await asked.answer, { ok: false, text: why }, `${mute} is not heard`);
    await carriesAgain(lab);
    await crossover.behave();
    await bothUp(lab);
  }
  t.same(deaths(), [], 'the null modem was back in time');
  await crossover.close();
});
