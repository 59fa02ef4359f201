import { connect } from 'node:net';
import t from 'tap';
import { socketPath } from '../../firmware-agent/console/control-protocol.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { ask, carriesAgain, complaints, keptOf, rested } from './support/cable-talk.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';

enterLaboratory();

/** A heartbeat that came late, or what follows from it. */
const LATE = /Late heartbeat|is dead|CRIT|[Tt]akeover/;

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
