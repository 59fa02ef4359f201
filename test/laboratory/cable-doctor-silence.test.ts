import t from 'tap';
import { Crossover } from '../../scripts/laboratory/crossover.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { ask, bothUp, carriesAgain, complaints } from './support/cable-talk.ts';
import { runningPair } from './support/running-pair.ts';

enterLaboratory();

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
