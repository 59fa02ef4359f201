import t from 'tap';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { runningPair } from './support/running-pair.ts';
import { alarm } from './support/split-brain.ts';

enterLaboratory();

t.test('files that differ are told on both nodes, with what differs', async (t) => {
  const { lab } = await runningPair(t, {}, ({ nodeb }) => {
    nodeb.writeSettings({ ...nodeb.settings, warntime: 1500, twinbeat: ['takeover delay 3s'] });
  });
  for (const seat of SEATS) {
    await alarm(lab, seat, 'configuration-differs');
    const { stdout } = await lab.nodes[seat].command('status');
    t.match(stdout, /ALARM The configurations differ: .*warntime 1000 ms; takeover auto/);
    t.match(stdout, /warntime 1500 ms; takeover delay 3000 ms/);
  }
  // The same file again, and a restart: nothing is left to tell.
  await lab.nodeb.stop();
  lab.nodeb.writeSettings(lab.nodea.settings);
  lab.nodeb.startDaemon();
  for (const seat of SEATS) await alarm(lab, seat, 'configuration-differs', false);
});
