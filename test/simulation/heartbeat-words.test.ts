import t from 'tap';
import type { Action } from '../../firmware-agent/core/action.ts';
import { Message } from '../../firmware-agent/wire/message.ts';
import { nodeNames } from './node-name.ts';
import { defaultOptions, Pair } from './pair.ts';

type Words = Readonly<Record<string, string>> & { readonly t: string };

/** A Heartbeat, `nodeb`, opposite a `nodea` whose every word the test says; both are active, each holds its own. */
class Opposite {
  /** What it sent, each with its number, in the order in which it left. */
  readonly sent: string[] = [];
  readonly #pair: Pair;
  #seq = 0;

  constructor() {
    this.#pair = new Pair({ ...defaultOptions, groups: nodeNames, heartbeat: 'nodeb' }, (_, action) =>
      this.#note(action),
    );
    this.#pair.boot('nodeb');
    for (const st of ['init', 'up', 'active']) this.hear({ t: 'status', st, dt: '2710', protocol: '1' });
    this.hear({ t: 'repnodes', dest: 'nodeb', nodelist: 'nodea nodeb ' });
    this.hear({ t: 'starting' });
    this.hear(report('1'));
    this.#pair.run(2000);
  }

  /** Something new, or with a number of its own, which may be late. */
  hear(words: Words, seq = this.#seq + 1): void {
    this.#seq = Math.max(this.#seq, seq);
    const message = Message.of({
      src: 'nodea',
      hg: '6b015904',
      ts: '6b016000',
      seq: seq.toString(16),
      ...words,
    });
    const { frames } = this.#pair.world;
    this.#pair.deliver('nodeb', 'x0', frames.frame(message).bytes('netstring'));
  }

  /** The number of a message that is lost on the way. */
  skip(): number {
    this.#seq += 1;
    return this.#seq;
  }

  run(duration: number): void {
    this.#pair.run(duration);
  }

  get unrest(): string | null {
    return this.#pair.world.machine('nodeb').agent.unrest;
  }

  /** What of these types left the box, as `number type`, in its order on the wire. */
  left(...types: readonly string[]): string[] {
    return this.#pair.captured
      .filter(({ from, type }) => from === 'nodeb' && types.includes(type))
      .map(({ bytes }) => {
        const opened = this.#pair.world.frames.open(bytes);
        if (!opened.ok) throw new Error(opened.detail);
        const { message } = opened;
        return `${Number.parseInt(message.text('seq') ?? '', 16)} ${message.text('t')}`;
      });
  }

  #note(action: Action): void {
    if (action.do === 'send')
      this.sent.push(action.fields.map(([name, value]) => `${name}=${value}`).join(' '));
  }
}

function report(isstable: string): Words {
  return { t: 'resource', rsc_hold: 'local', rtype: 'full', isstable };
}

t.test(
  'it believes what comes last, however old it is, and is never told otherwise (cluster.md 3.2)',
  async (t) => {
    const heartbeat = new Opposite();
    t.equal(heartbeat.unrest, null);
    const lost = heartbeat.skip();
    heartbeat.hear(report('1'));
    heartbeat.hear(report('0'), lost);
    t.equal(heartbeat.unrest, 'transition');
    heartbeat.run(3000);
    t.equal(heartbeat.unrest, 'transition', 'for ever');
    heartbeat.hear(report('1'));
    t.equal(heartbeat.unrest, null, 'until the same is said once more');
  },
);

t.test('what is missing is asked for, in decimal, until it comes (wire.md 7.2)', async (t) => {
  const heartbeat = new Opposite();
  const lost = heartbeat.skip();
  heartbeat.hear(report('1'));
  heartbeat.run(1000);
  const asked = () => heartbeat.sent.filter((text) => text.startsWith('t=NS_rexmit'));
  t.ok(asked().length >= 3);
  t.equal(asked()[0], `t=NS_rexmit dest=nodea firstseq=${lost} lastseq=${lost}`);
  const before = asked().length;
  heartbeat.hear(report('1'), lost);
  heartbeat.run(1000);
  t.equal(asked().length, before);
});

t.test('one of every ten messages is acknowledged (wire.md 7.3)', async (t) => {
  const heartbeat = new Opposite();
  const before = heartbeat.sent.filter((text) => text.startsWith('t=NS_ackmsg')).length;
  for (let n = 0; n < 30; n += 1) heartbeat.hear({ t: 'status', st: 'active', dt: '2710', protocol: '1' });
  t.equal(heartbeat.sent.filter((text) => text.startsWith('t=NS_ackmsg')).length, before + 3);
});

t.test('what its own message causes leaves first, with a higher number (wire.md 7)', async (t) => {
  const heartbeat = new Opposite();
  heartbeat.hear({ t: 'ask_resources', rsc_hold: 'local', info: 'me' });
  heartbeat.hear({ t: 'resource', rsc_hold: 'none', rtype: 'full', isstable: '0', info: 'standby' });
  heartbeat.hear({ t: 'ask_resources', rsc_hold: 'local', info: 'done' });
  heartbeat.run(2000);
  const [earlier = '', later = ''] = heartbeat.left('resource', 'ask_resources').slice(-2);
  t.match(earlier, /resource$/);
  t.match(later, /ask_resources$/);
  t.equal(Number.parseInt(earlier, 10), Number.parseInt(later, 10) + 1);
});

t.test('a handshake that its other side forgot is waited for (cluster.md 7.1)', async (t) => {
  const heartbeat = new Opposite();
  heartbeat.hear({ t: 'ask_resources', rsc_hold: 'local', info: 'me' });
  t.ok(heartbeat.sent.includes('t=ask_resources rsc_hold=local info=other'));
  t.equal(heartbeat.unrest, 'transition');
  const before = heartbeat.sent.length;
  heartbeat.hear({ t: 'ask_resources', rsc_hold: 'all', info: 'me' });
  t.notOk(
    heartbeat.sent.slice(before).some((text) => text.startsWith('t=ask_resources')),
    'and another one is refused',
  );
});
