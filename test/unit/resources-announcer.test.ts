import t from 'tap';
import { Announcer, type Conflict } from '../../firmware-agent/resources/announcer.ts';
import { FakeBox, FakeTimers } from './support/fake-box.ts';

const address = '10.0.0.100';
const rival = '02:00:00:00:00:99';

function setUp() {
  const box = new FakeBox();
  const timers = new FakeTimers();
  const sentAt: number[] = [];
  const conflicts: Conflict[] = [];
  const faults: string[] = [];
  const announcer = new Announcer({
    address,
    open: (onClaim) => {
      const port = box.openArp('eth0', onClaim);
      const announce = (what: string): void => {
        port.announce(what);
        sentAt.push(timers.now());
      };
      return { ...port, announce };
    },
    onConflict: (conflict) => conflicts.push(conflict),
    onFault: (reason) => faults.push(reason),
    timers,
  });
  return { box, timers, sentAt, conflicts, faults, announcer };
}

t.test('the first packet goes at once, then five in all, 200 ms apart', async (t) => {
  const { timers, sentAt } = setUp();
  t.same(sentAt, [0], 'sent before the constructor returned');
  timers.pass(60_000);
  t.same(sentAt, [0, 200, 400, 600, 800]);
  t.equal(timers.pending, 0, 'nothing is left to run');
});

t.test('a rival is answered by the same series', async (t) => {
  const { box, timers, sentAt, conflicts } = setUp();
  timers.pass(5_000);
  sentAt.length = 0;
  box.claim(address, rival);
  timers.pass(5_000);
  t.same(sentAt, [5_000, 5_200, 5_400, 5_600, 5_800]);
  t.same(conflicts, [{ address, mac: rival, claims: 1 }]);
});

t.test('a rival that does not give up is answered once a second, and told about every 10 s', async (t) => {
  const { box, timers, sentAt, conflicts } = setUp();
  for (let count = 0; count < 1_990; count += 1) {
    box.claim(address, rival);
    timers.pass(10);
  }
  t.equal(sentAt.length, 100, 'a series in each of 20 s, five packets each');
  t.same(
    conflicts.map(({ claims }) => claims),
    [1, 1_000],
  );
});

t.test('rivals that take turns do not raise the rate', async (t) => {
  const { box, timers, conflicts } = setUp();
  for (let count = 0; count < 500; count += 1) {
    box.claim(address, `02:00:00:00:01:${(count % 100).toString().padStart(2, '0')}`);
    timers.pass(10);
  }
  t.ok(conflicts.length <= 5, `${conflicts.length} in 5 s`);
});

t.test('claims of other addresses and our own voice are no conflict', async (t) => {
  const { box, timers, sentAt, conflicts } = setUp();
  timers.pass(5_000);
  box.claim('10.0.0.101', rival);
  box.claim(address, box.mac.toUpperCase());
  timers.pass(5_000);
  t.equal(sentAt.length, 5);
  t.same(conflicts, []);
});

t.test('closing ends it, in a series and after', async (t) => {
  const { box, timers, sentAt, conflicts, announcer } = setUp();
  timers.pass(250);
  box.claim(address, rival);
  t.equal(timers.pending, 2, 'the rest of this series, and the next one');
  announcer.close();
  announcer.close();
  t.equal(timers.pending, 0);
  t.equal(box.openPorts, 0);
  timers.pass(5_000);
  t.equal(sentAt.length, 2);
  t.equal(conflicts.length, 1);
});

t.test('what cannot be sent is told once a series, and tried on', async (t) => {
  const { box, timers, sentAt, faults } = setUp();
  box.refuse.announce = 'ENETDOWN';
  timers.pass(500);
  t.same(faults, ['ENETDOWN']);
  box.refuse = {};
  timers.pass(500);
  t.same(sentAt, [0, 600, 800]);
});

t.test('who gives the address up when he hears of a rival announces no more', async (t) => {
  const box = new FakeBox();
  const timers = new FakeTimers();
  let sent = 0;
  const announcer: Announcer = new Announcer({
    address,
    open: (onClaim) => ({
      ...box.openArp('eth0', onClaim),
      announce: () => {
        sent += 1;
      },
    }),
    onConflict: () => announcer.close(),
    onFault: (reason) => t.fail(reason),
    timers,
  });
  timers.pass(5000);
  const before = sent;
  box.claim(address, rival);
  timers.pass(5000);
  t.equal(sent, before);
});
