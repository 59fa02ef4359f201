import t from 'tap';
import { Health, type Signs } from '../../firmware-agent/watchdog-health.ts';

const times = { keepalive: 1000, deadtime: 5000 };

/** A health that is asked every second from 0 on unless told otherwise, of a node that says one thing each time. */
function asked() {
  const health = new Health(times);
  let now = 0;
  let written = 0;
  return (signs: Partial<Signs> & { readonly after?: number } = {}): string | null => {
    now += signs.after ?? 1000;
    written += 1;
    return health.judge({ now, written, stuck: null, isLockLost: false, ...signs });
  };
}

t.test('a node on time that speaks is well', async (t) => {
  const judge = asked();
  for (let beat = 0; beat < 5; beat += 1) t.equal(judge(), null);
});

t.test('one stall that is over is forgiven, a loop that is late again is not', async (t) => {
  const judge = asked();
  judge();
  t.equal(judge({ after: 4000 }), null);
  t.equal(judge(), null);
  t.equal(judge({ after: 2600 }), null);
  t.match(judge({ after: 2600 }), /late again/);
  t.match(judge({ after: 2600 }), /late again/);
  t.equal(judge(), null, 'on time again');
  t.equal(judge({ after: 2500 }), null, 'half of deadtime is on time');
  t.equal(judge({ after: 2500 }), null);
});

t.test('with a deadtime near two keepalives a little lateness is none', async (t) => {
  const health = new Health({ keepalive: 1000, deadtime: 2001 });
  for (const now of [0, 1400, 2800, 4200])
    t.equal(health.judge({ now, written: now + 1, stuck: null, isLockLost: false }), null);
});

t.test('a node whose every send fails is not well, one that never spoke is left alone', async (t) => {
  const judge = asked();
  for (let beat = 0; beat < 3; beat += 1) t.equal(judge({ written: 0 }), null, 'it has no cable yet');
  t.equal(judge({ written: 3 }), null);
  t.match(judge({ written: 3 }), /no cable/);
  t.match(judge({ written: 3 }), /no cable/);
  t.equal(judge({ written: 4 }), null);
});

t.test('between two lives nothing is said, and nothing is wrong', async (t) => {
  const judge = asked();
  t.equal(judge({ written: 7 }), null);
  for (let breath = 0; breath < 3; breath += 1) t.equal(judge({ written: null }), null);
  t.match(judge({ written: 7 }), /no cable/);
});

t.test('what hangs and what is lost is told', async (t) => {
  const judge = asked();
  t.match(judge({ stuck: 'web' }), 'a stop of web hangs');
  t.equal(judge(), null);
  t.match(judge({ isLockLost: true }), 'lock is lost');
  t.match(judge({ isLockLost: true, written: null }), 'lock is lost', 'between two lives, too');
});
