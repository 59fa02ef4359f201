import t from 'tap';
import { watchdogLateness, watchdogTimeout } from '../../firmware-agent/config/watchdog.ts';
import { GOOD_CF, load, said } from './support/fake-probe.ts';

const noLock = { lock: null };

t.test('a box that hangs is reset before its peer may take over', async (st) => {
  for (const [keepalive, deadtime, timeout] of [
    [1000, 30_000, 29_000],
    [1000, 5000, 4000],
    [1000, 5199, 4000],
    [1000, 5200, 5000],
    [250, 2000, 1000],
    [250, 1200, 1000],
  ] as const) {
    st.equal(watchdogTimeout({ keepalive, deadtime, ...noLock }), timeout, `deadtime ${deadtime}`);
    st.equal(watchdogLateness({ keepalive, deadtime, ...noLock }, timeout), 0);
    st.ok(watchdogTimeout({ keepalive, deadtime, ...noLock }) < deadtime);
  }
});

t.test(
  'where whole seconds do not go, the least that a healthy box needs, and by how much it is late',
  async (st) => {
    for (const [keepalive, deadtime, timeout, late] of [
      [100, 300, 1000, 900],
      [400, 1000, 1000, 200],
      // A second would be over before the next heartbeat is due, or nearly.
      [900, 1900, 2000, 300],
      [1000, 2100, 2000, 100],
    ] as const) {
      const times = { keepalive, deadtime, ...noLock };
      st.equal(watchdogTimeout(times), timeout, `deadtime ${deadtime}`);
      st.equal(watchdogLateness(times, timeout), late, `deadtime ${deadtime}`);
    }
  },
);

t.test('a card that took another time than asked is late by that', async (st) => {
  const times = { keepalive: 1000, deadtime: 5000, ...noLock };
  st.equal(watchdogLateness(times, 10_000), 5200);
  st.equal(watchdogLateness(times, 2000), 0);
});

t.test('a lease is over no sooner: a third of it is kept for the reset', async (st) => {
  const times = { keepalive: 1000, deadtime: 30_000, lock: { lease: 10_000 } };
  st.equal(watchdogTimeout(times), 3000);
  st.equal(watchdogLateness(times, 3000), 0);
  st.equal(watchdogLateness(times, 4000), 667);
  st.equal(watchdogTimeout({ ...times, lock: { lease: 600_000 } }), 29_000, 'deadtime comes first');
});

t.test('check says it, with a deadtime that goes', async (st) => {
  const cf = (deadtime: string) =>
    `${GOOD_CF}watchdog /dev/watchdog\nkeepalive 400ms\ndeadtime ${deadtime}\ninitdead 20\n`;
  st.match(said(load({ cf: cf('1') })), [
    /^ha.cf:4:10: warning: watchdog: it takes whole seconds, here 1 s: .* up to 200 ms after .*; write "deadtime 1200ms"/,
  ]);
  st.same(said(load({ cf: cf('1200ms') })), []);
  st.equal(said(load({ cf: cf('soon') })).length, 1, 'a mistake is told once');
});
