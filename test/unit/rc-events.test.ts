import t from 'tap';
import type { Event } from '../../firmware-agent/core/event.ts';
import { initialState } from '../../firmware-agent/core/initial-state.ts';
import { step } from '../../firmware-agent/core/step.ts';
import type { RcEvent } from '../../firmware-agent/rc-events.ts';
import { rcEvents } from '../../firmware-agent/rc-events.ts';
import { Message } from '../../firmware-agent/wire/message.ts';
import { settingsOf } from './support/told-pair.ts';

/** A core that is told things; what scripts of rc.d hear is kept. */
function node() {
  let state = initialState(settingsOf('nodea'));
  const heard: RcEvent[] = [];
  let seq = 0;
  const happen = (event: Event): void => {
    const before = state;
    const { state: after, actions } = step(before, event);
    state = after;
    heard.push(...rcEvents({ before, event, after, actions }));
  };
  const receive = (at: number, fields: Record<string, string>, link = 'x0'): void => {
    seq += 1;
    const message = Message.of({ src: 'nodeb', ts: '1', hg: '1', seq: seq.toString(16), ...fields });
    happen({ kind: 'receive', at, link, message });
  };
  happen({ kind: 'start', at: 0 });
  return { heard, happen, receive };
}

t.test('a status is told when it changes, a link when it comes up, a death as a status', async (t) => {
  const { heard, happen, receive } = node();
  receive(1, { t: 'status', st: 'up', dt: '1388' });
  receive(1000, { t: 'status', st: 'up', dt: '1388' });
  t.match(heard, [
    { type: 'status', fields: { t: 'status', st: 'up', src: 'nodeb', dt: '1388' } },
    { type: 'ifstat', fields: { node: 'nodeb', ifname: 'x0', st: 'up' } },
  ]);
  t.equal(heard.length, 2, 'the second one is no news');
  heard.length = 0;
  for (let at = 1000; at < 60_000; at += 500) happen({ kind: 'tick', at });
  t.match(
    heard.find(({ type }) => type === 'status'),
    { fields: { t: 'status', st: 'dead', src: 'nodeb' } },
  );
  t.match(
    heard.find(({ type }) => type === 'ifstat'),
    { fields: { ifname: 'x0', st: 'dead' } },
  );
});

t.test('any other message is told once, with its fields, and not when it comes again', async (t) => {
  const { heard, receive } = node();
  receive(1, { t: 'status', st: 'up', dt: '1388' });
  heard.length = 0;
  const wish = { t: 'ip-request', ipaddr: '10.0.0.1', seq: '7' };
  receive(10, wish);
  receive(11, wish, 'ttyS0');
  receive(12, wish);
  t.match(
    heard.filter(({ type }) => type === 'ip-request'),
    [{ fields: { ipaddr: '10.0.0.1', src: 'nodeb' } }],
  );
  t.equal(heard.filter(({ type }) => type === 'ip-request').length, 1);
});
