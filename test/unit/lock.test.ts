import t from 'tap';
import { heldUntil, stepLock } from '../../firmware-agent/lock/lock.ts';
import type { LockRecord, Slot } from '../../firmware-agent/lock/sector.ts';
import { initialLock, type LockAction, type LockEvent } from '../../firmware-agent/lock/state.ts';

const lease = 8_000;
const empty: Slot = { print: '', content: 'empty' };
const foreign: Slot = { print: 'x', content: 'foreign' };

function record(of: Partial<LockRecord>): Slot {
  const full = {
    state: 'holds',
    node: 'beta',
    incarnation: 'b',
    epoch: 1,
    counter: 1,
    lease,
    ...of,
  } as const;
  return { print: JSON.stringify(full), content: 'record', record: full };
}

type What = LockEvent extends infer E ? (E extends LockEvent ? Omit<E, 'at'> : never) : never;

/** A lock of node alpha, played by hand. */
class Bench {
  #state;
  own: Slot = empty;
  other: Slot = empty;
  at = 0;
  asked: LockAction[] = [];

  constructor(index: 0 | 1 = 0) {
    this.#state = initialLock({ index, node: 'alpha', incarnation: 'a', lease }, 0);
  }

  /** The news that it caused. */
  step(at: number, what: What): LockAction[] {
    this.at = at;
    const [written] = this.asked;
    if (what.kind === 'wrote' && written?.do === 'write') this.own = record(written.record);
    const { state, actions } = stepLock(this.#state, { at, ...what } as LockEvent);
    this.#state = state;
    const asked = actions.filter((action) => action.do === 'read' || action.do === 'write');
    if (asked.length > 0 || what.kind !== 'tick') this.asked = asked;
    return actions.filter((action) => !['read', 'write', 'timer'].includes(action.do));
  }

  get held(): number | null {
    return heldUntil(this.#state);
  }

  /** Carries out what it asks of the disk, at once, until it asks no more. */
  serve(): LockAction[] {
    const news: LockAction[] = [];
    for (let turn = 0; turn < 10; turn++) {
      const [action] = this.asked;
      if (!action) return news;
      if (action.do === 'write') news.push(...this.step(this.at, { kind: 'wrote' }));
      else news.push(...this.step(this.at, { kind: 'read', own: this.own, other: this.other }));
    }
    throw new Error('no end of requests');
  }

  play(at: number, what: What): LockAction[] {
    return [...this.step(at, what), ...this.serve()];
  }
}

function holder(): Bench {
  const bench = new Bench();
  bench.play(0, { kind: 'tick' });
  bench.play(100, { kind: 'want' });
  return bench;
}

t.test('a free lock is held at once, for half a lease from the write', async (t) => {
  const bench = new Bench();
  t.same(bench.play(0, { kind: 'tick' }), []);
  t.same(bench.own, empty, 'nothing is written before it is wanted');
  t.same(bench.play(100, { kind: 'want' }), [{ do: 'held', epoch: 1 }]);
  t.equal(bench.held, 4_100);
  t.same(bench.play(1_100, { kind: 'tick' }), []);
  t.match(bench.own, { record: { state: 'holds', counter: 2, epoch: 1 } });
  t.equal(bench.held, 5_100);
});

t.test('a renewal that takes too long revives nothing', async (t) => {
  const bench = holder();
  t.same(bench.step(1_100, { kind: 'tick' }), []);
  t.match(bench.step(3_100, { kind: 'tick' }), [{ do: 'fault', text: /not answered/ }]);
  t.match(bench.step(4_100, { kind: 'tick' }), [{ do: 'lost', why: /not answered/ }]);
  t.equal(bench.held, null);
  t.same(bench.step(4_200, { kind: 'wrote' }), []);
  t.match(bench.serve(), [{ do: 'fault', text: null }]);
  t.same(bench.play(4_300, { kind: 'want' }), [], 'not before it is let go of');
  const { own } = bench;
  t.same(bench.play(6_000, { kind: 'tick' }), []);
  t.equal(bench.held, null);
  t.same(bench.own, own, 'nor is it renewed or said to be free');
  t.match(own, { record: { state: 'holds' } });
  t.same(bench.play(7_000, { kind: 'free' }), [{ do: 'freed' }]);
  t.match(bench.own, { record: { state: 'free' } });
  t.match(bench.play(8_000, { kind: 'want' }), [{ do: 'held' }]);
});

t.test('a loss that is due comes before what the late write brings', async (t) => {
  const bench = holder();
  bench.step(1_100, { kind: 'tick' });
  t.match(bench.step(4_100, { kind: 'wrote' }), [{ do: 'lost' }]);
  t.equal(bench.held, null);
});

t.test('a renewal counts from its beginning', async (t) => {
  const bench = holder();
  bench.step(1_100, { kind: 'tick' });
  bench.step(3_000, { kind: 'wrote' });
  t.equal(bench.held, 5_100);
});

t.test('errors are told, renewed through, and end in a loss that names them', async (t) => {
  const bench = holder();
  bench.step(1_100, { kind: 'tick' });
  t.match(bench.step(1_100, { kind: 'failed', text: 'EIO' }), [{ do: 'fault', text: 'EIO' }]);
  bench.step(2_100, { kind: 'tick' });
  t.match(bench.asked, [{ do: 'write', record: { state: 'holds' } }]);
  t.same(bench.step(2_100, { kind: 'failed', text: 'EIO' }), []);
  t.match(bench.play(3_100, { kind: 'tick' }), [{ do: 'fault', text: null }]);
  t.equal(bench.held, 7_100);
  for (const at of [4_100, 5_100, 6_100]) {
    bench.step(at, { kind: 'tick' });
    bench.step(at, { kind: 'failed', text: 'EIO' });
  }
  t.match(bench.step(7_100, { kind: 'tick' }), [{ do: 'lost', why: 'EIO' }]);
});

t.test('one that another holds is refused, and held a lease after its last change', async (t) => {
  const bench = new Bench();
  bench.other = record({ counter: 7, epoch: 4 });
  bench.play(0, { kind: 'tick' });
  t.same(bench.play(100, { kind: 'want' }), [{ do: 'refused', by: 'beta' }]);
  t.same(bench.own, empty, 'quietly');
  bench.other = record({ counter: 8, epoch: 4 });
  t.same(bench.play(1_100, { kind: 'tick' }), [], 'said once');
  t.same(bench.play(9_099, { kind: 'tick' }), []);
  t.same(bench.play(10_100, { kind: 'tick' }), [{ do: 'held', epoch: 5 }]);
});

t.test('the lease that the other names counts where it is longer', async (t) => {
  const bench = new Bench();
  bench.other = record({ lease: 20_000 });
  bench.play(0, { kind: 'tick' });
  bench.play(100, { kind: 'want' });
  t.same(bench.play(19_999, { kind: 'tick' }), []);
  t.match(bench.play(21_000, { kind: 'tick' }), [{ do: 'held' }]);
});

t.test('an unreadable sector is never free, its changes are signs of life, its silence is not', async (t) => {
  const bench = new Bench();
  bench.other = { print: 'torn', content: 'unreadable' };
  bench.play(0, { kind: 'want' });
  for (let at = 1_000; at <= 20_000; at += 1_000) {
    bench.other = { print: `torn ${at}`, content: 'unreadable' };
    bench.play(at, { kind: 'tick' });
  }
  t.equal(bench.held, null);
  t.same(bench.play(27_999, { kind: 'tick' }), []);
  t.match(bench.play(29_000, { kind: 'tick' }), [{ do: 'held' }]);
});

t.test('a sector that is cleared under its owner is not free at once', async (t) => {
  const bench = new Bench();
  bench.other = record({});
  bench.play(0, { kind: 'want' });
  bench.other = empty;
  t.same(bench.play(1_000, { kind: 'tick' }), []);
  t.match(bench.play(9_000, { kind: 'tick' }), [{ do: 'held' }]);
});

t.test('of two that want, the first stays and the second makes room', async (t) => {
  const outcome = ([0, 1] as const).map((index) => {
    const bench = new Bench(index);
    bench.play(0, { kind: 'tick' });
    bench.step(100, { kind: 'want' });
    bench.step(100, { kind: 'read', own: empty, other: empty });
    bench.other = record({ state: 'wants' });
    bench.serve();
    return bench;
  });
  t.match(outcome[0]?.own, { record: { state: 'wants' } });
  t.match(outcome[1]?.own, { record: { state: 'free' } });
  t.same(
    outcome.map((bench) => bench.held),
    [null, null],
  );
});

t.test('a write of free that failed keeps us from it for a lease', async (t) => {
  const bench = holder();
  bench.step(200, { kind: 'free' });
  bench.step(200, { kind: 'failed', text: 'EIO' });
  t.match(bench.play(1_200, { kind: 'tick' }).at(-1), { do: 'fault', text: /may still arrive/ });
  t.match(bench.own, { record: { state: 'free' } });
  t.same(bench.play(2_000, { kind: 'want' }), []);
  t.same(bench.play(8_199, { kind: 'tick' }), []);
  t.match(bench.play(9_200, { kind: 'tick' }), [{ do: 'fault', text: null }, { do: 'held' }]);
});

t.test('other data is left alone, and the way out is named', async (t) => {
  for (const place of ['own', 'other'] as const) {
    const bench = new Bench();
    bench[place] = foreign;
    t.match(bench.play(0, { kind: 'want' }), [{ do: 'fault', text: /other data.*clear this one/ }]);
    bench.play(1_000, { kind: 'free' });
    for (let at = 2_000; at < 40_000; at += 1_000) bench.play(at, { kind: at === 2_000 ? 'want' : 'tick' });
    t.equal(bench.held, null);
    t.same(bench[place], foreign);
  }
});

t.test("sectors of other nodes' names are refused", async (t) => {
  const bench = new Bench();
  bench.own = record({ node: 'gamma', state: 'free' });
  t.match(bench.play(0, { kind: 'want' }), [
    { do: 'fault', text: /sector 0 belongs to gamma, not to alpha/ },
  ]);
  const twin = new Bench();
  twin.other = record({ node: 'alpha', state: 'free' });
  t.match(twin.play(0, { kind: 'want' }), [{ do: 'fault', text: /sector 1 belongs to alpha too/ }]);
});

t.test('a holder whose sector somebody else writes has lost', async (t) => {
  for (const own of [empty, foreign, record({ node: 'alpha', incarnation: 'another', counter: 3 })]) {
    const bench = holder();
    bench.step(1_100, { kind: 'tick' });
    bench.step(1_100, { kind: 'wrote' });
    const news = bench.step(1_100, { kind: 'read', own, other: empty });
    t.match(news, [{ do: 'fault' }, { do: 'lost', why: /overwritten/ }]);
  }
});
