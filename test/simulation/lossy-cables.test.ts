import t from 'tap';
import type { Action } from '../../firmware-agent/core/action.ts';
import { Random } from '../unit/support/random.ts';
import { nodeNames } from './node-name.ts';
import { defaultOptions, Pair } from './pair.ts';

/** Each seed is a pair of its own; a failure names the seed that shows it. */
const seeds = Array.from({ length: 30 }, (_, n) => n + 1);

/** Both have booted and rest; `logged` tells how often a text was logged since. */
function settledPair(seed: number): { pair: Pair; logged: (text: string) => number } {
  const told: string[] = [];
  const tell = (_: unknown, action: Action) => {
    if (action.do === 'log') told.push(action.text);
  };
  const pair = new Pair({ ...defaultOptions, groups: nodeNames }, tell, seed);
  for (const node of nodeNames) pair.boot(node);
  pair.run(5000);
  return { pair, logged: (text) => told.filter((line) => line.includes(text)).length };
}

t.test('one cable that delivers is enough, however bad the other is', async (t) => {
  const wrong: string[] = [];
  for (const seed of seeds) {
    const { pair, logged } = settledPair(seed);
    const bad = new Random(seed).pick(['x0', 'ttyS0']);
    for (const ailments of pair.ailments(bad)) ailments.loss = 60;
    for (let second = 0; second < 60; second += 1) {
      pair.run(1000);
      for (const node of nodeNames) {
        if (pair.world.machine(node).groups.up.join() !== node) wrong.push(`seed ${seed}: ${node}`);
      }
    }
    if (logged('is dead') > 0) wrong.push(`seed ${seed}: somebody was declared dead`);
  }
  t.same(wrong, []);
});

t.test('what a lossy pair of cables loses is asked for and comes again', async (t) => {
  let recovered = 0;
  const wrong: string[] = [];
  for (const seed of seeds) {
    const { pair, logged } = settledPair(seed);
    const both = [...pair.ailments('x0'), ...pair.ailments('ttyS0')];
    // About a tenth of all messages is lost on both cables, so that no second copy helps.
    for (const ailments of both) ailments.loss = 32;
    pair.run(60_000);
    for (const ailments of both) ailments.loss = 0;
    pair.run(15_000);
    recovered += logged('No pkts missing');
    for (const node of nodeNames) {
      if (pair.state(node)?.peer.missing.size !== 0)
        wrong.push(`seed ${seed}: ${node} still misses messages`);
    }
    if (logged('Irretrievably lost') > 0) wrong.push(`seed ${seed}: a message was lost for good`);
  }
  t.same(wrong, []);
  t.ok(recovered > seeds.length, `gaps were closed (${recovered})`);
});

t.test('acknowledgements keep up, so that a Heartbeat never fills its history', async (t) => {
  const { pair } = settledPair(1);
  pair.run(600_000);
  for (const node of nodeNames) {
    const { seq = 0, peer } = pair.state(node) ?? {};
    t.ok(seq > 500, `${node} sent ${seq} messages`);
    t.ok(
      seq - (peer?.acknowledged ?? 0) <= 20,
      `${node} has ${seq - (peer?.acknowledged ?? 0)} unacknowledged`,
    );
  }
});
