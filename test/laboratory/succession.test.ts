import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { GROUP } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';
import { oneOwner } from './support/split-brain.ts';

enterLaboratory();

/** Between a reload that takes a new start and the next signal, in ms: before, while and after one agent follows the other. */
const distances = [0, 20, 60, 150, 400];

t.test('a signal while one agent follows the other waits for the next', async (t) => {
  const { lab, observer, served } = await runningPair(t);
  const { nodea } = lab;
  const first = await nodea.status();
  const mark = lab.client.mark();
  let debug = 0;
  /** Changes what only a new start takes over. */
  const change = async () => {
    debug += 1;
    nodea.writeSettings({ ...nodea.settings, directives: [`debug ${debug}`] });
    await nodea.reload();
  };
  for (const distance of distances) {
    await change();
    await pause(distance);
    await change();
    const parameter = async () => (await nodea.status().catch(() => null))?.parameters.debug;
    await until(`level ${debug}`, async () => (await parameter()) === String(debug), PATIENCE);
    await rest(lab, observer, 'nodea', PATIENCE);
  }
  t.equal((await nodea.status())?.pid, first?.pid, 'in the same process');
  const { outage, stalled } = await lab.client.since(mark);
  t.ok(outage - stalled < 1000, `the service goes on: ${Math.round(outage)} ms`);
  await oneOwner(t, lab, mark, 'nodea');

  await change();
  await nodea.stop();
  t.equal(nodea.failure, null, 'it ends in order');
  await served('nodeb');
  t.notOk((await lab.network.addresses('nodea', 'eth0')).includes('10.78.0.100'), 'and leaves nothing up');
});

t.test('files that change while one agent follows the other are in force afterwards', async (t) => {
  const { lab, observer } = await runningPair(t);
  const { nodea } = lab;
  let haresources = `nodea ${GROUP}`;
  for (const [n, distance] of distances.entries()) {
    nodea.writeSettings({
      ...nodea.settings,
      haresources: `${haresources}\n`,
      directives: [`hopfudge ${n + 2}`],
    });
    await nodea.reload();
    await pause(distance);
    const address = `10.78.0.${101 + n}`;
    haresources += ` IPaddr::${address}/24/eth0`;
    nodea.writeSettings({ ...nodea.settings, haresources: `${haresources}\n` });
    await nodea.reload();
    const has = async () => (await lab.network.addresses('nodea', 'eth0')).includes(address);
    await until(`another address, ${distance} ms later`, has, PATIENCE);
    await rest(lab, observer, 'nodea', PATIENCE);
  }
});

t.test('files that cannot work give way to those before', async (t) => {
  const { lab, observer } = await runningPair(t);
  const { nodea } = lab;
  const mark = lab.client.mark();
  const script = "require('dgram').createSocket('udp4').bind(700, () => console.log('taken'))";
  const holder = nodea.box.start([process.execPath, '-e', script], 'holder');
  t.teardown(() => holder.kill());
  const port = async () => (await nodea.box.run(['ss', '-lunH'])).stdout.includes(':700 ');
  await until('the port to be taken', port, PATIENCE);

  const { generation } = (await nodea.status()) ?? { generation: 0 };
  nodea.writeSettings({ ...nodea.settings, directives: ['udpport 700'], haresources: `nodea ${GROUP}\n` });
  await nodea.reload();
  const again = async () => ((await nodea.status().catch(() => null))?.generation ?? 0) > generation;
  await until('the next agent', again, PATIENCE);
  await rest(lab, observer, 'nodea', PATIENCE);
  const { stdout } = await nodea.command('events', '--state-dir', join(nodea.box.directory, 'state'));
  t.match(stdout, /those before are in force again: .*EADDRINUSE/);
  t.ok(
    (await nodea.status())?.links.every(({ state }) => state === 'up'),
    'on the old port',
  );
  const { outage, stalled } = await lab.client.since(mark);
  t.ok(outage - stalled < 1000, `the service goes on: ${Math.round(outage)} ms`);
});

t.test('what is still on a slow cable comes before the first word of the next agent', async (t) => {
  const { lab } = await runningPair(t, { keepalive: 2000, deadtime: 8000, baud: 9600 });
  const { nodea, nodeb } = lab.nodes;
  const heard = async () => (await nodeb.status())?.links.find(({ name }) => name === 'x0')?.received ?? 0;
  // What was said at the start has left; from now on a heartbeat is still on its way when the agent believes it gone.
  await pause(2 * nodea.settings.keepalive);
  await lab.serial.slow(5000, 'nodea');
  const before = await heard();
  await until('a heartbeat', async () => (await heard()) > before, PATIENCE);
  nodea.writeSettings({ ...nodea.settings, directives: ['debug 1'] });
  await nodea.reload();
  const mark = nodeb.log.mark();
  await until(
    'the next agent',
    () => nodeb.log.since(mark).some((line) => /status active/.test(line)),
    PATIENCE,
  );
  t.same(
    nodeb.log.since(mark).filter((line) => line.includes('attempted replay attack')),
    [],
  );
});
