import t from 'tap';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { ask, bothUp, carriesAgain, complaints } from './support/cable-talk.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';
import { oneOwner } from './support/split-brain.ts';

enterLaboratory();

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
