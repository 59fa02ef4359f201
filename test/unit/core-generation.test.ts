import t from 'tap';
import { OppositeHeartbeat, said } from './support/opposite-heartbeat.ts';

const status = { t: 'status', st: 'up', dt: '1388', protocol: '1' };
const EARLY = 40;

t.test('a box without state or clock goes by the clock of a Heartbeat, once', async (t) => {
  const pair = new OppositeHeartbeat({ generation: EARLY, generationIsNew: true });
  const actions = pair.hear({ ...status, ts: '6b016000' });
  t.same(
    actions.filter((action) => action.do === 'generation'),
    [{ do: 'generation', generation: 0x6b016001 }],
  );
  t.match(said(actions), [/^t=status st=up/], 'it says so at once');
  t.same(
    pair.hear({ ...status, ts: '6b016001' }).filter((action) => action.do === 'generation'),
    [],
  );
});

t.test('a clock that is a little ahead, and a generation that was kept, change nothing', async (t) => {
  const known = new OppositeHeartbeat({ generation: EARLY, generationIsNew: false });
  known.hear({ ...status, ts: '6b016000' });
  t.equal(known.state.generation, EARLY);
  const near = new OppositeHeartbeat({ generation: EARLY, generationIsNew: true });
  near.hear({ ...status, ts: (EARLY + 5).toString(16) });
  t.equal(near.state.generation, EARLY);
});

t.test('a peer that boots later is not ahead of a clock that went on', async (t) => {
  const pair = new OppositeHeartbeat({ generation: EARLY, generationIsNew: true, deadtime: 120_000 });
  pair.now = 60_000;
  pair.hear({ ...status, ts: (EARLY + 62).toString(16) });
  t.equal(pair.state.generation, EARLY);
});

t.test('a peer that takes our word does not make us change it', async (t) => {
  const pair = new OppositeHeartbeat({ generation: EARLY, generationIsNew: true });
  pair.hear({ ...status, ts: '1' });
  pair.hear({ t: 'NS_ackmsg', dest: 'nodea', ackseq: '3' });
  pair.hear({ ...status, ts: '6b016000' });
  t.equal(pair.state.generation, EARLY);
});

t.test('only what is above our own generation is heeded of what the peer knows', async (t) => {
  const pair = new OppositeHeartbeat({ generation: EARLY });
  pair.hear({ ...status, knows: EARLY.toString(16) });
  t.equal(pair.state.generation, EARLY);
  pair.hear({ ...status, knows: (EARLY + 1).toString(16) });
  t.equal(pair.state.generation, EARLY + 2);
});
