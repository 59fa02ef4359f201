import { readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { layBench } from '../../scripts/laboratory/laboratory.ts';
import { loadPty } from '../../scripts/laboratory/native.ts';
import { TwinbeatNode } from '../../scripts/laboratory/node.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { settingsOf } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, TIMES } from './support/running-pair.ts';

enterLaboratory();

/** A terminal in the place of a card: it takes kicks and says nothing of itself. */
function fakeCard() {
  const { fd, path } = loadPty().openPty();
  const buffer = Buffer.alloc(4096);
  let written = '';
  /** All that was written to it so far. */
  const read = (): string => {
    try {
      for (let count = 1; count > 0; ) {
        count = readSync(fd, buffer);
        written += buffer.toString('latin1', 0, count);
      }
    } catch (error) {
      // EIO: nobody has it open.
      if (!['EAGAIN', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    return written;
  };
  return { path, read };
}

t.test('a card is kicked while this node runs and speaks, and disarmed when it stops', async (t) => {
  const bench = await layBench(19200);
  t.teardown(() => bench.close());
  const card = fakeCard();
  const directives = [`watchdog ${card.path}`];
  const box = bench.boxes.nodea;
  const node = new TwinbeatNode(box, settingsOf({ ...TIMES, media: ['ucast'], directives }));
  await node.boot();
  const kicked = async (why: string) => {
    const before = card.read().length;
    await until(why, () => card.read().length > before + 3, PATIENCE);
  };
  const notKicked = async (why: string) => {
    const before = card.read().length;
    await sleep(8 * TIMES.keepalive);
    t.ok(card.read().length <= before + 1, why);
  };
  await kicked('kicks');
  t.match(await node.status(), { watchdog: { device: card.path, armed: true, late: 0, fault: null } });
  t.match(card.read(), /^\0+$/);

  await box.run(['ip', 'link', 'set', 'x0', 'down']);
  const told = (words: string) => () => node.log.since(0).some((line) => line.includes(words));
  await until('the word of it', told('no cable takes a heartbeat'), PATIENCE);
  await notKicked('its only cable takes nothing');
  await box.run(['ip', 'link', 'set', 'x0', 'up']);
  await kicked('kicks again');

  await bench.network.cut('crossover');
  await kicked('kicks: a cable that is pulled takes them still');

  await node.freeze();
  await notKicked('it is frozen');
  await node.thaw();
  await kicked('kicks of the next life');

  await node.stop();
  t.match(card.read(), /^\0+V$/);
});

t.test('a card that is missing is armed when it comes', async (t) => {
  const bench = await layBench(19200);
  t.teardown(() => bench.close());
  const card = fakeCard();
  const box = bench.boxes.nodea;
  const path = `${box.directory}/watchdog`;
  const node = new TwinbeatNode(box, settingsOf({ ...TIMES, directives: [`watchdog ${path}`] }));
  await node.boot();
  const count = (words: string) => node.log.since(0).filter((line) => line.includes(words)).length;
  await until('the alarm', () => count('ALARM watchdog-not-armed') === 1, PATIENCE);
  await box.run(['ln', '-s', card.path, path]);
  await until('it to be armed', () => count('armed.') === 1, PATIENCE);
  await until('the end of the alarm', () => count('ALARM watchdog-not-armed cleared') === 1, PATIENCE);
  t.equal(count('cannot be opened: ENOENT'), 2, 'the log line and the alarm, each once');
  t.match(await node.status(), { watchdog: { armed: true, fault: null }, alarms: [] });
});
