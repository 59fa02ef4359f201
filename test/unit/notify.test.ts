import t from 'tap';
import { ServiceManager, serviceVariables } from '../../firmware-agent/notify.ts';

/** A manager that takes what it is told while it is up, and the clock. */
function manager(variables: Record<string, string>) {
  const told: string[] = [];
  const warnings: string[] = [];
  const box = { up: true, now: 0 };
  const service = new ServiceManager({
    variables,
    log: (_, text) => warnings.push(text),
    now: () => box.now,
    send(socket, text) {
      if (!box.up) throw new Error('EAGAIN');
      told.push(`${socket} ${text}`);
    },
  });
  return { told, warnings, box, service };
}

t.test('nobody asked: nobody is told', async (t) => {
  const { told, service } = manager({ WATCHDOG_USEC: '1000000' });
  service.ready();
  service.alive();
  service.stopping();
  t.strictSame(told, []);
});

t.test('signs of life come often enough, and no more often', async (t) => {
  const { told, box, service } = manager({ NOTIFY_SOCKET: 's', WATCHDOG_USEC: '8000000' });
  const count = (keepalive: number, seconds: number) => {
    told.length = 0;
    for (const end = box.now + seconds * 1000; box.now < end; box.now += keepalive) service.alive();
    return told.length;
  };
  t.equal(count(100, 20), 10, 'every two seconds, not at every heartbeat');
  t.equal(count(4000, 20), 5, 'at every heartbeat, where these are rare');
});

t.test('they are for the process that was started, and only where they are wanted', async (t) => {
  const other = manager({ NOTIFY_SOCKET: 's', WATCHDOG_USEC: '8000000', WATCHDOG_PID: '1' });
  other.service.alive();
  t.strictSame(other.told, []);
  const own = manager({ NOTIFY_SOCKET: 's', WATCHDOG_USEC: '8000000', WATCHDOG_PID: String(process.pid) });
  own.service.alive();
  t.strictSame(own.told, ['s WATCHDOG=1']);
  const none = manager({ NOTIFY_SOCKET: 's', WATCHDOG_USEC: 'soon' });
  none.service.alive();
  t.strictSame(none.told, []);
});

t.test('what a busy manager did not take is told later, in its order, and logged once', async (t) => {
  const { told, warnings, box, service } = manager({ NOTIFY_SOCKET: 's' });
  box.up = false;
  service.ready();
  service.status('one');
  service.alive();
  box.up = true;
  service.alive();
  service.status('one');
  service.status('two');
  t.strictSame(told, ['s READY=1', 's STATUS=one', 's STATUS=two']);
  t.match(warnings, [/^The service manager cannot be told: EAGAIN$/]);
  t.equal(warnings.length, 1);
});

t.test('what waits is bounded', async (t) => {
  const { told, box, service } = manager({ NOTIFY_SOCKET: 's' });
  box.up = false;
  for (let count = 0; count < 100; count++) service.status(`${count}`);
  box.up = true;
  service.alive();
  t.strictSame(told.at(-1), 's STATUS=99');
  t.ok(told.length < 10);
});

t.test('no child inherits what the manager said', async (t) => {
  Object.assign(process.env, { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '5' });
  t.strictSame(serviceVariables(), { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '5' });
  t.equal(process.env.NOTIFY_SOCKET, undefined);
  t.equal(process.env.WATCHDOG_USEC, undefined);
});
