import t from 'tap';
import { WatchdogGuard } from '../../firmware-agent/watchdog-guard.ts';
import type { Watchdog } from '../../hw/watchdog.ts';

const times = { keepalive: 1000, deadtime: 5000, lock: null };

/** A card, and a guard of it. */
function guarded(card: Partial<Watchdog> = {}, isThere = true) {
  const told: string[] = [];
  const state = { isThere, refusal: null as string | null, now: 10_000, kicks: 0, asked: [] as unknown[] };
  const guard = new WatchdogGuard({
    device: '/dev/watchdog',
    times,
    now: () => state.now,
    open: (path, seconds) => {
      state.asked.push(seconds);
      if (!state.isThere) throw new Error(`ENOENT: no such file, open '${path}'`);
      told.push('opened');
      return {
        timeoutSeconds: seconds ?? null,
        hasReset: false,
        stoppedBy: 'magic close',
        kick: () => {
          if (state.refusal === null) state.kicks += 1;
          return state.refusal;
        },
        close: ({ disarm }) => {
          told.push(disarm ? 'disarmed' : 'closed');
          return null;
        },
        ...card,
      };
    },
    listener: {
      log: (level, text) => told.push(`${level}: ${text}`),
      changed: (fault) => told.push(`fault ${fault}`),
      late: (late, timeout) => told.push(`late ${late} of ${timeout}`),
      hasReset: () => told.push('it has reset'),
    },
  });
  /** What was told since the last time. */
  const news = () => told.splice(0);
  const beat = (unfit: string | null = null) => {
    state.now += 1000;
    guard.kick(unfit);
  };
  return { guard, state, news, beat };
}

t.test('armed in time, kicked with each heartbeat, disarmed at the end', async (t) => {
  const { guard, state, news, beat } = guarded();
  t.same(state.asked, [4]);
  t.same(news(), ['opened', 'info: watchdog /dev/watchdog armed with 4 s.', 'late 0 of 4000']);
  beat();
  beat();
  t.equal(state.kicks, 3, 'the first one with the opening');
  t.same(guard.report(), { device: '/dev/watchdog', armed: true, timeout: 4000, late: 0, fault: null });
  guard.disarm();
  t.same(news(), ['disarmed']);
  guard.disarm();
  t.same(news(), []);
});

t.test('a card that took another time is late, and says by how much', async (t) => {
  const { guard, news } = guarded({ timeoutSeconds: 60 });
  t.match(news().at(-1), 'late 55200 of 60000');
  t.match(guard.report(), { timeout: 60_000, late: 55_200, armed: true });
});

t.test('a card that would reset a box that is well is not used', async (t) => {
  const { guard, state, news, beat } = guarded({ timeoutSeconds: 1 });
  t.match(news(), ['opened', 'disarmed', /^fault takes 1 s only/, /^ERROR: /]);
  for (let turn = 0; turn < 3; turn += 1) beat();
  t.equal(state.asked.length, 1, 'nor tried again');
  t.match(guard.report(), { armed: false, fault: /takes 1 s only/ });
});

t.test(
  'a device that is missing is told once, tried at a bounded rate, and armed when it comes',
  async (t) => {
    const { guard, state, news, beat } = guarded({}, false);
    t.match(news(), [/^fault cannot be opened: ENOENT/, /^ERROR: /]);
    t.match(guard.report(), { armed: false, fault: /cannot be opened/ });
    for (let turn = 0; turn < 20; turn += 1) {
      state.now += 100;
      guard.kick(null);
    }
    t.equal(state.asked.length, 3, 'once a second');
    t.same(news(), [], 'and no word of it');
    state.isThere = true;
    beat();
    t.match(news(), ['opened', 'fault null', /works again/, /armed with 4 s/, 'late 0 of 4000']);
    t.match(guard.report(), { armed: true, fault: null });
  },
);

t.test('a card that takes no kick is closed and tried again', async (t) => {
  const { state, news, beat } = guarded();
  news();
  state.refusal = 'ENODEV: no such device, write';
  for (let turn = 0; turn < 3; turn += 1) beat();
  t.equal(news().filter((line) => line.startsWith('fault')).length, 1, 'told once');
  state.refusal = null;
  beat();
  t.match(news(), ['opened', 'fault null', /works again/, /armed/, 'late 0 of 4000']);
});

t.test('a node that is not well is not kicked, nor is a card armed for it', async (t) => {
  const { guard, state, news, beat } = guarded();
  news();
  beat('no cable takes a heartbeat');
  beat('no cable takes a heartbeat');
  t.equal(state.kicks, 1);
  t.match(news(), [/^WARN: .* is not kicked, and resets the box: no cable takes a heartbeat$/]);
  t.match(guard.report(), { armed: true, fault: 'no cable takes a heartbeat' });
  beat();
  t.equal(state.kicks, 2);
  t.match(news(), [/kicked again/]);
});

t.test('what the driver does at the end is said', async (t) => {
  const stubborn = guarded({ stoppedBy: 'nothing' });
  t.match(stubborn.news().at(-1), /^WARN: .*nowayout/);
  stubborn.guard.disarm();
  t.match(stubborn.news(), [
    'disarmed',
    /^ERROR: .*cannot be disarmed \(nowayout\): the box is reset in 4 s/,
  ]);
  t.match(guarded({ stoppedBy: 'any close' }).news().at(-1), /^WARN: .*when the agent crashes/);
});

t.test('that it has reset the box is told once', async (t) => {
  const { state, news, beat } = guarded({ hasReset: true });
  t.ok(news().includes('it has reset'));
  state.refusal = 'EIO';
  beat();
  state.refusal = null;
  beat();
  t.notOk(news().includes('it has reset'));
});
