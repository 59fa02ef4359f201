import t from 'tap';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { ask, carriesAgain, complaints, keptOf, serialLink } from './support/cable-talk.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';
import { oneOwner } from './support/split-brain.ts';

enterLaboratory();

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
