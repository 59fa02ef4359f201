import t, { type Test } from 'tap';
import type { Fields } from '../../firmware-agent/core/action.ts';
import { OppositeHeartbeat, said } from './support/opposite-heartbeat.ts';
import { ToldPair } from './support/told-pair.ts';

const serial = '/dev/ttyS0';
const words: Fields = [
  ['exam', 'e1'],
  ['no', '1'],
  ['call', 'sense'],
];

/** Both at rest. */
function restingPair(t: Test): ToldPair {
  const pair = new ToldPair();
  t.teardown(() => pair.end());
  pair.boot('nodea', 'nodeb');
  pair.run(20_000);
  return pair;
}

const alarmsOf = ({ life }: ToldPair['nodea']) => Object.keys(life.state.alarms);

t.test('a cable that is examined is not missed, and has a whole deadtime afterwards', async (t) => {
  const pair = restingPair(t);
  const link = () => pair.nodea.life.state.links[serial];
  const examined = (on: boolean) => pair.happen('nodea', { kind: 'examined', link: serial, on });

  examined(true);
  pair.cut.add(serial);
  pair.run(30_000);
  t.ok(link()?.up, 'silent for six deadtimes');
  t.same(alarmsOf(pair.nodea), []);

  const silent = pair.now - (link()?.lastHeard ?? 0);
  t.ok(silent >= 30_000, 'when it was heard last is told as it is');
  const received = () => pair.nodeb.life.state.links.x0?.received ?? 0;
  pair.run(20);
  const before = received();
  examined(false);
  pair.run(20);
  t.equal(received(), before + 1, 'the other end does not wait for the next keepalive');
  pair.run(4480);
  t.ok(link()?.up, 'it is given the time to be heard again');
  pair.run(1000);
  t.notOk(link()?.up, 'and no more than that');
  t.same(alarmsOf(pair.nodea), [`link-lost ${serial}`], 'its loss is told as any other');
  t.equal(pair.nodea.life.state.peer.status, 'active', 'the other cable was heard all the time');
});

t.test('who was never heard on a cable that is examined is told of afterwards', async (t) => {
  const pair = new ToldPair();
  t.teardown(() => pair.end());
  pair.cut.add(serial);
  pair.boot('nodea', 'nodeb');
  pair.run(1000);
  pair.happen('nodea', { kind: 'examined', link: serial, on: true });
  pair.run(30_000);
  t.same(alarmsOf(pair.nodea), []);
  t.same(alarmsOf(pair.nodeb), [`link-lost ${serial}`], 'where nobody examines it, at once');
  pair.happen('nodea', { kind: 'examined', link: serial, on: false });
  pair.run(4500);
  t.same(alarmsOf(pair.nodea), []);
  pair.run(1000);
  t.same(alarmsOf(pair.nodea), [`link-lost ${serial}`]);
});

t.test('that the peer is dead does not wait for a cable that is examined', async (t) => {
  const pair = restingPair(t);
  pair.happen('nodea', { kind: 'examined', link: serial, on: true });
  pair.nodeb.isOn = false;
  pair.run(6000);
  t.equal(pair.nodea.life.state.peer.status, 'dead');
});

t.test('what one doctor says, the other hears, and nothing else of the message', async (t) => {
  const pair = new OppositeHeartbeat();
  pair.settle();
  t.same(said(pair.talk(words)), [], 'a Heartbeat would not know what it is');
  pair.hear({ t: 'status', st: 'active', dt: '1388', protocol: '1', twinbeat: '1' });
  t.same(said(pair.talk(words)), ['t=twin_cable exam=e1 no=1 call=sense']);

  const heard = pair.hear({ t: 'twin_cable', exam: 'e1', no: '1', is: '["CTS"]', rsc_hold: 'all' });
  t.same(
    heard.filter((action) => action.do === 'cable talk'),
    [
      {
        do: 'cable talk',
        fields: [
          ['exam', 'e1'],
          ['no', '1'],
          ['is', '["CTS"]'],
        ],
      },
    ],
  );
});
