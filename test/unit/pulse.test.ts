import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { Pulse } from '../../firmware-agent/pulse.ts';
import { WatchdogGuard } from '../../firmware-agent/watchdog-guard.ts';
import { until } from './support/children.ts';

const times = { keepalive: 1000, deadtime: 5000, lock: null };

/** The pulse of a node that is well as long as nothing is stuck, and what it told. */
function pulse() {
  const told: string[] = [];
  const signs = { stuck: null as string | null, isLockLost: false };
  const watchdog = new WatchdogGuard({
    device: '/dev/watchdog',
    times,
    open: () => ({
      timeoutSeconds: 4,
      hasReset: false,
      stoppedBy: 'magic close',
      kick: () => {
        told.push('kick');
        return null;
      },
      close: ({ disarm }) => {
        told.push(disarm ? 'disarmed' : 'closed');
        return null;
      },
    }),
    listener: { log: () => {}, changed: () => {}, late: () => {}, hasReset: () => {} },
  });
  const it = new Pulse({
    times,
    watchdog,
    signs: () => signs,
    look: () => told.push('look'),
    well: () => told.push('well'),
  });
  /** What was told since the last time. */
  const news = () => told.splice(0);
  news();
  return { it, signs, news };
}

t.test('the watchdog, and who started the agent, hear of a node that is well, and of no other', async (t) => {
  const { it, signs, news } = pulse();
  it.beat(1);
  t.strictSame(news(), ['look', 'kick', 'well']);
  signs.stuck = 'web';
  it.beat(2);
  t.strictSame(news(), ['look']);
  t.match(it.report(), { armed: true, fault: /a stop of web hangs/ });
  signs.stuck = null;
  it.beat(2);
  t.strictSame(news(), ['look'], 'no cable took the heartbeat');
  it.beat(3);
  t.strictSame(news(), ['look', 'kick', 'well']);
});

t.test('between two lives it beats by itself, until it is told to end that', async (t) => {
  const { it, news } = pulse();
  it.bridge(1);
  const heard: string[] = [];
  await until(() => heard.push(...news()) > 6);
  it.endBridge();
  news();
  await pause(20);
  t.strictSame(news(), []);
  t.strictSame(heard.slice(0, 3), ['look', 'kick', 'well']);
});

t.test('the next agent has a watchdog that counts on; without one there is no reset', async (t) => {
  const followed = pulse();
  followed.it.handOver();
  t.strictSame(followed.news(), ['closed']);
  const last = pulse();
  last.it.disarm();
  t.strictSame(last.news(), ['disarmed']);
});
