import { join } from 'node:path';
import t from 'tap';
import { LogFile } from '../../scripts/laboratory/log-file.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';

enterLaboratory();

t.test('signals raise and lower what the debug file tells', async (t) => {
  let path = '';
  const { lab } = await runningPair(t, {}, ({ nodea }) => {
    path = join(nodea.box.directory, 'ha-debug');
    nodea.writeSettings({ ...nodea.settings, directives: [`debugfile ${path}`, 'debug 1'] });
  });
  const { nodea } = lab;
  const debug = new LogFile(path);
  const signal = async (name: 'SIGUSR1' | 'SIGUSR2', level: number) => {
    process.kill(nodea.agentPid ?? 0, name);
    const told = () => debug.tail(20).some((line) => line.endsWith(`The debug level is ${level} now.`));
    await until(`level ${level}`, told, PATIENCE);
  };
  const isTraffic = (line: string) => /debug: (sent|received)/.test(line);
  t.notOk(debug.since(0).some(isTraffic), 'level 1 tells no messages');

  await signal('SIGUSR1', 2);
  const says = (words: RegExp) => () => debug.since(0).some((line) => words.test(line));
  await until('what is sent', says(/debug: sent #\d+: t=status st=active /), PATIENCE);
  for (const { name } of (await nodea.status())?.links ?? []) {
    const brings = () => debug.since(0).some((line) => line.includes(`debug: received on ${name}: `));
    await until(`what ${name} brings`, brings, PATIENCE);
  }
  t.notOk(
    debug.since(0).some((line) => line.includes('auth=')),
    'without what proves it',
  );
  t.notOk(nodea.log.since(0).some(isTraffic), 'only there');

  await signal('SIGUSR2', 1);
  const lines = debug.since(0).length;
  const heard = async () => (await nodea.status())?.links[0]?.received ?? 0;
  const before = await heard();
  await until('more heartbeats', async () => (await heard()) > before + 3, PATIENCE);
  t.notOk(debug.since(0).slice(lines).some(isTraffic), 'no more');
});
