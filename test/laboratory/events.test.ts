import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { readEvents } from '../../firmware-agent/events/read-events.ts';
import { EXECUTABLE } from '../../scripts/laboratory/node.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';

enterLaboratory();

t.test('what happened at night is told in the morning, without an agent', async (t) => {
  const { lab, served } = await runningPair(t);
  const stateDir = join(lab.nodeb.box.directory, 'state');
  const texts = () => readEvents(stateDir)?.events.map(({ text }) => text) ?? [];
  await lab.nodea.kill();
  await served('nodeb');
  const took = /^took over \S+ from nodea: silent on \S+ and \S+ for \d+\.\d s; x0: no carrier$/;
  await until('the takeover to be on the disk', () => texts().some((text) => took.test(text)), PATIENCE);
  await lab.nodeb.crash();
  lab.nodeb.startDaemon();
  const unclean = /ended without a word/;
  await until('the crash to be told', () => texts().some((text) => unclean.test(text)), PATIENCE);
  await lab.nodeb.stop();
  const printed = execFileSync(EXECUTABLE, ['events', '--state-dir', stateDir], { encoding: 'utf8' }).split(
    '\n',
  );
  const told = printed.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''));
  const places = [took, unclean, /^nodeb was told to stop$/, /^nodeb ends$/].map((text) =>
    told.findIndex((line) => text.test(line)),
  );
  t.notOk(places.includes(-1), `each is told:\n${printed.join('\n')}`);
  t.strictSame(
    places,
    [...places].sort((a, b) => a - b),
    'in their order',
  );
});
