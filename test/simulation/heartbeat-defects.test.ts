import t from 'tap';
import { type NodeName, nodeNames } from './node-name.ts';
import { defaultOptions, Pair, type PairOptions } from './pair.ts';

/** A Heartbeat on `nodeb`, ours on `nodea`, each with a group of its own. */
function mixedPair(wishes: Partial<PairOptions> = {}, first: readonly NodeName[] = nodeNames) {
  const pair = new Pair({ ...defaultOptions, groups: nodeNames, heartbeat: 'nodeb', ...wishes }, () => {});
  for (const node of first) pair.boot(node);
  pair.run(20_000);
  const serving = () =>
    nodeNames.map((node) => pair.world.machine(node).groups.up.toSorted().join('+') || '-').join(' ');
  return { pair, serving };
}

/** Nothing that `from` says arrives, or everything does again. */
function mute(pair: Pair, from: NodeName, isMute: boolean): void {
  for (const cable of pair.world.cables) cable.from(from).ailments.cuts = isMute ? 1 : 0;
}

t.test(
  'a Heartbeat takes everything after a heartbeat that was a trifle too late, and ours gives way',
  async (t) => {
    for (const legacy of [false, true]) {
      // Six heartbeats are a little more than deadtime, and the Heartbeat does not look in between.
      const keepalive = 850;
      const { pair, serving } = mixedPair({ legacy, keepalive });
      pair.run(26 * keepalive + 20 - pair.world.clock.now);
      mute(pair, 'nodea', true);
      pair.run(6 * keepalive - 40);
      mute(pair, 'nodea', false);
      pair.run(3000);
      t.equal(serving(), 'nodea nodea+nodeb');
      pair.run(60_000);
      t.equal(serving(), 'nodea nodeb', legacy ? 'legacy' : 'with reports');
    }
  },
);

t.test('a Heartbeat that boots deaf takes everything, and ours gives way', async (t) => {
  const { pair, serving } = mixedPair({}, ['nodea']);
  mute(pair, 'nodea', true);
  pair.boot('nodeb');
  pair.run(30_000);
  t.not(serving(), 'nodea+nodeb nodea+nodeb');
  mute(pair, 'nodea', false);
  pair.run(60_000);
  t.equal(serving(), 'nodea nodeb');
});

t.test(
  'a node that restarts at once takes up again what a Heartbeat prefers and does not have',
  async (t) => {
    const { pair, serving } = mixedPair({ autoFailback: false });
    pair.command('nodeb', 'standby', 'all');
    pair.run(5000);
    t.equal(serving(), 'nodea+nodeb -');
    pair.world.powerOff('nodea');
    pair.run(500);
    pair.boot('nodea');
    pair.run(30_000);
    t.equal(serving(), 'nodea+nodeb -');
  },
);
