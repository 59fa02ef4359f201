import t from 'tap';
import { layPair } from '../../scripts/laboratory/laboratory.ts';
import { Observer } from '../../scripts/laboratory/observer.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { playScenario } from '../../scripts/laboratory/scenario.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, QUIET, runningPair, TIMES } from './support/running-pair.ts';

enterLaboratory();

t.test('the executable carries its address through the whole story', async (t) => {
  const lab = await layPair(TIMES);
  t.teardown(() => lab.close());
  const observer = new Observer(lab, QUIET);
  t.teardown(() => observer.close());
  const results = await playScenario(lab, observer, QUIET);
  for (const { title, problems } of results) t.same(problems, [], title);
  if (!t.passing())
    for (const seat of SEATS) t.comment(`${seat}:\n${lab.nodes[seat].log.tail(40).join('\n')}`);
  t.equal(results.length, 9);

  const outage = (title: string): number =>
    results.find((result) => result.title === title)?.outage ?? Number.NaN;
  const takeover = outage('nodea loses its power');
  t.ok(takeover > TIMES.deadtime - 2 * TIMES.keepalive, `nobody is dead before deadtime: ${takeover} ms`);
  for (const planned of ['nodea returns', 'standby on nodea', 'takeover on nodea']) {
    t.ok(outage(planned) < takeover / 4, `${planned}: ${outage(planned)} ms, a takeover ${takeover} ms`);
  }
});

t.test('an agent that crashes is missed, one that is stopped hands over', async (t) => {
  const { lab, observer, served } = await runningPair(t);
  await lab.nodea.stop();
  await served('nodeb');
  t.equal(lab.nodea.agentPid, undefined);
  lab.nodea.startDaemon();
  await rest(lab, observer, 'nodea', PATIENCE);
  await lab.nodeb.crash();
  await until('nodea to miss it', () => observer.sighting.reports.nodea?.peer.status === 'dead', PATIENCE);
  await served('nodea');
});
