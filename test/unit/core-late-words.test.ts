import t from 'tap';
import { OppositeHeartbeat, said } from './support/opposite-heartbeat.ts';

const report = (rsc_hold: string, isstable: string) => ({ t: 'resource', rsc_hold, rtype: 'full', isstable });

t.test('a report that was lost and comes late does not undo the newer one', async (t) => {
  const pair = new OppositeHeartbeat();
  pair.settle();
  const lost = pair.skip();
  pair.hear(report('local', '1'));
  t.ok(pair.state.peer.missing.has(lost));
  pair.hearNumber(lost, report('none', '0'));
  t.notOk(pair.state.peer.missing.has(lost), 'it was taken');
  t.equal(pair.state.resources.peerHolds, 'local');
  t.equal(pair.state.resources.peerStable, true);
});

t.test('what a node rests with is said once more to a Heartbeat, and not again', async (t) => {
  const pair = new OppositeHeartbeat();
  pair.settle();
  const due = pair.state.resources.repeatAt ?? Number.NaN;
  const again = said(pair.tick(due)).filter((text) => text.startsWith('t=resource'));
  t.same(again, ['t=resource rsc_hold=local rtype=full isstable=1']);
  t.equal(pair.state.resources.repeatAt, null);
});

t.test('who asks for an old report is told how things are now', async (t) => {
  const pair = new OppositeHeartbeat();
  pair.settle();
  const { reports } = pair.state.resources;
  const [old = 0] = reports;
  t.ok(reports.length > 1, 'more than one report was made');

  const ask = (seq: number) =>
    pair.hear({ t: 'NS_rexmit', dest: 'nodea', firstseq: String(seq), lastseq: String(seq) });
  const answer = ask(old);
  t.same(
    answer.filter((action) => action.do === 'resend'),
    [{ do: 'resend', seq: old }],
  );
  t.same(said(answer), ['t=resource rsc_hold=local rtype=full isstable=1'], 'the present report follows');
  t.same(said(ask(pair.state.resources.reports.at(-1) ?? 0)), [], 'the newest needs none');
  t.same(said(ask(1)), [], 'nor does any other message');
});

t.test(
  'a wish that was lost is answered although a report came first, for as long as it is waited for',
  async (t) => {
    const wish = { t: 'ask_resources', rsc_hold: 'all', info: 'me' };
    const answersTo = (lateness: number, lostAfterwards = 0) => {
      const pair = new OppositeHeartbeat();
      pair.settle();
      const lost = pair.skip();
      for (let n = 0; n < lostAfterwards; n += 1) pair.skip();
      pair.hear(report('foreign', '1'));
      const begun = pair.now;
      while (pair.now < begun + lateness) {
        pair.tick(Math.min(pair.now + 1000, begun + lateness));
        pair.hear({ t: 'status', st: 'active', dt: '1388', protocol: '1' });
      }
      t.equal(pair.state.peer.status, 'active');
      return said(pair.hearNumber(lost, wish)).filter((text) => text.startsWith('t=ask_resources'));
    };
    t.same(answersTo(3000), ['t=ask_resources rsc_hold=all info=other']);
    t.same(answersTo(10_000), [], 'it was given up meanwhile');
    t.same(answersTo(3000, 1), [], 'what is missing still may be how it went on');
  },
);

t.test(
  'a Heartbeat that gave what nobody waits for, and still holds it by its report, tells anew',
  async (t) => {
    const pair = new OppositeHeartbeat({ foreignKeys: ['web'] });
    pair.settle();
    pair.hear(report('all', '1'));
    const answer = said(pair.hear({ t: 'ask_resources', rsc_hold: 'foreign', info: 'done' }));
    t.same(answer, ['t=ask_resources rsc_hold=none info=done'], 'it waits for this word, and reports then');
  },
);

t.test('what a Heartbeat rests with was given, although it forgot the handshake', async (t) => {
  const pair = new OppositeHeartbeat({ foreignKeys: ['web'] });
  pair.settle();
  pair.wish('standby', 'local');
  pair.hear({ t: 'ask_resources', rsc_hold: 'local', info: 'other' });
  pair.finish();
  t.equal(pair.state.resources.standby, 'done', 'it waits for the taker');
  pair.hear(report('local', '1'));
  t.equal(pair.state.resources.standby, 'done', 'who rests without it did not take it');
  const late = pair.skip();
  pair.hear(report('all', '1'));
  t.equal(pair.state.resources.standby, 'done', 'what is missing may be its word of the end');
  pair.hearNumber(late, { t: 'status', st: 'active', dt: '1388', protocol: '1' });
  t.equal(pair.state.resources.standby, 'not');
  t.equal(pair.state.command, null, 'the operator has his answer');
});
