import t, { type Test } from 'tap';
import { includes } from '../../firmware-agent/core/holding.ts';
import type { Happened } from '../../firmware-agent/events/event.ts';
import { Random } from './support/random.ts';
import { ToldPair, type Wishes } from './support/told-pair.ts';

/** Both up, each with what it prefers. */
function pair(t: Test, wishes?: Wishes): ToldPair {
  const it = new ToldPair(wishes);
  t.teardown(() => it.end());
  it.boot('nodea', 'nodeb');
  it.run(5000);
  return it;
}

t.test('a boot: who is heard where, and what each started', async (t) => {
  const { nodea, nodeb } = pair(t);
  t.strictSame(nodea.texts, [
    'nodea begins, generation 7',
    'nodeb is heard on /dev/ttyS0',
    'nodeb is heard on x0',
    'nodeb is active',
    'started 10.78.0.100: it prefers nodea',
  ]);
  t.equal(nodeb.texts.at(-1), 'started web: it prefers nodeb');
});

t.test('a death is told with the cables that fell silent, and so is the takeover', async (t) => {
  const it = pair(t);
  it.nodeb.told.length = 0;
  it.nodea.isOn = false;
  it.run(20_000);
  t.strictSame(it.nodeb.texts, [
    'nodea is dead: silent on /dev/ttyS0 and x0 for 5.0 s',
    'took over 10.78.0.100 from nodea: silent on /dev/ttyS0 and x0 for 5.0 s',
  ]);
  const [, took] = it.nodeb.told;
  t.match(took, { kind: 'acquired', facts: { groups: ['10.78.0.100'], peer: 'nodea', took: 20 } });
});

t.test('a cable that was cut long before is told apart from the one whose end was the death', async (t) => {
  const it = pair(t);
  it.cut.add('x0');
  it.run(60_000);
  t.strictSame(it.nodeb.of('link-down'), ['nodea is silent on x0 for 5.0 s; it is heard on /dev/ttyS0']);
  it.nodea.isOn = false;
  it.run(10_000);
  t.strictSame(it.nodeb.of('peer-dead'), [
    'nodea is dead: silent on /dev/ttyS0 for 5.0 s; x0 carried nothing before that',
  ]);
});

t.test('a wrong key and a broken port stand beside the silence that they cause', async (t) => {
  const it = pair(t);
  it.happen('nodeb', { kind: 'medium', link: 'x0', fault: 'ENETDOWN' });
  it.nodea.isOn = false;
  it.run(100);
  for (let n = 0; n < 3; n += 1)
    it.happen('nodeb', { kind: 'refuse', link: '/dev/ttyS0', reason: 'forged', detail: 'sha1' });
  it.run(10_000);
  t.strictSame(it.nodeb.of('medium'), ['x0 does not work: ENETDOWN']);
  t.match(
    it.nodeb.of('acquired').at(-1),
    /: silent on .* for 5\.0 s; x0 does not work here: ENETDOWN; 3 message\(s\) with a wrong key were refused meanwhile$/,
  );
});

t.test('a cable whose hardware lost the other end tells so with its silence', async (t) => {
  const it = pair(t);
  it.cut.add('x0');
  it.happen('nodeb', { kind: 'signal', link: 'x0', missing: 'no carrier' });
  t.strictSame(it.nodeb.of('medium'), ['x0: no carrier'], 'at once');
  it.run(10_000);
  t.equal(it.nodeb.life.state.alarms['link-lost x0'], 'nodea is not heard on x0 any more (no carrier).');
  it.cut.delete('x0');
  it.happen('nodeb', { kind: 'signal', link: 'x0', missing: null });
  it.run(10_000);
  t.strictSame(it.nodeb.of('medium'), ['x0: no carrier', 'x0 has its signal again']);
  it.happen('nodeb', { kind: 'signal', link: 'x0', missing: 'no carrier' });
  it.nodea.isOn = false;
  it.run(10_000);
  t.match(it.nodeb.of('peer-dead').at(-1), /: silent on .* for 5\.0 s; x0: no carrier$/);
});

t.test('a node that never heard its peer says so', async (t) => {
  const it = new ToldPair();
  t.teardown(() => it.end());
  it.boot('nodeb');
  it.run(20_000);
  const why = 'not heard on /dev/ttyS0 and x0 since this node started 12.0 s ago';
  t.strictSame(it.nodeb.of('peer-dead'), [`nodea is dead: ${why}`]);
  t.strictSame(it.nodeb.of('acquired'), [`took over web and 10.78.0.100 from nodea: ${why}`]);
});

t.test('moves by hand name the operator and the node that was asked; the answer comes last', async (t) => {
  const it = pair(t);
  for (const box of [it.nodea, it.nodeb]) box.told.length = 0;
  it.happen('nodea', { kind: 'command', id: 1, command: 'standby', set: 'all' });
  it.run(5000);
  it.happen('nodea', { kind: 'command', id: 2, command: 'takeover', set: 'local' });
  it.run(5000);
  t.match(it.nodea.texts, [
    'an operator asked for: standby all',
    'gave 10.78.0.100 to nodeb: an operator asked for it on nodea',
    /^answer: nodeb took over all in \d+ ms\.$/,
    'an operator asked for: takeover local',
    'took over 10.78.0.100 from nodeb: an operator asked for it on nodea',
    /^answer: nodea took over local in \d+ ms\.$/,
  ]);
  t.strictSame(it.nodeb.texts, [
    'took over 10.78.0.100 from nodea: nodea handed it over',
    'gave 10.78.0.100 to nodea: an operator asked for it on nodea',
  ]);
});

t.test('an orderly stop is no death', async (t) => {
  const it = pair(t);
  for (const box of [it.nodea, it.nodeb]) box.told.length = 0;
  it.happen('nodeb', { kind: 'stop' });
  it.run(20_000);
  t.strictSame(it.nodeb.texts, [
    'nodeb was told to stop',
    'gave up web: nodeb was told to stop',
    'nodeb ends',
  ]);
  t.strictSame(it.nodea.texts, [
    'nodeb stopped in an orderly way',
    'took over web from nodeb: nodeb stopped in an orderly way',
  ]);
});

t.test('what comes home by itself is told as auto_failback', async (t) => {
  const it = new ToldPair();
  t.teardown(() => it.end());
  it.boot('nodeb');
  it.run(20_000);
  it.boot('nodea');
  it.run(20_000);
  t.strictSame(it.nodeb.of('released'), ['gave 10.78.0.100 to nodea: it prefers nodea (auto_failback)']);
  t.strictSame(it.nodeb.of('peer-up'), ['nodea is heard again']);
});

t.test('a group that does not start is named, and goes to the other for that reason', async (t) => {
  const it = new ToldPair();
  t.teardown(() => it.end());
  it.nodea.broken = ['10.78.0.100'];
  it.boot('nodea', 'nodeb');
  it.run(20_000);
  t.match(it.nodea.of('acquired', 'alarm', 'released'), [
    'started 10.78.0.100: it prefers nodea; 10.78.0.100 did not start',
    'ALARM 10.78.0.100 did not start on nodea.',
    'gave 10.78.0.100 to nodeb: it did not start on nodea',
  ]);
});

t.test('scripts that hang are told while they hang, once', async (t) => {
  const it = pair(t);
  it.nodeb.work = 60_000;
  it.nodea.isOn = false;
  it.run(40_000);
  t.strictSame(it.nodeb.of('acquired').length, 1, 'only its own, at the boot');
  t.match(it.nodeb.of('slow'), [
    /^10\.78\.0\.100 comes up for 1[01]\.\d s already: its scripts are not done$/,
  ]);
});

t.test('a takeover that waited for a human says who confirmed it', async (t) => {
  const it = pair(t, { defences: { takeoverDelay: null } });
  it.nodea.isOn = false;
  it.run(20_000);
  t.match(it.nodeb.of('alarm'), [/^ALARM nodea is dead; nodeb takes over on `twinbeat takeover --confirm`/]);
  it.happen('nodeb', { kind: 'confirm', id: 1 });
  it.run(1000);
  t.match(
    it.nodeb.of('acquired').at(-1),
    /^took over 10\.78\.0\.100 from nodea: silent on .* for \d+\.\d s; an operator confirmed it$/,
  );
  t.match(it.nodeb.of('operator'), ['an operator asked for: takeover --confirm']);
  t.match(it.nodeb.of('cleared'), [/^over \(waiting-for-confirmation\): /]);
});

t.test('a node that was held up for longer than deadtime says so', async (t) => {
  const it = pair(t);
  it.now += 6200;
  it.happen('nodeb', { kind: 'tick' });
  t.match(it.nodeb.of('restarted'), [
    /^nodeb gave up everything at once: it was held up for [67]\.\d s, longer than its deadtime 5\.0 s, and nodea may/,
  ]);
});

t.test('a late heartbeat is told', async (t) => {
  const it = pair(t);
  for (const link of ['x0', '/dev/ttyS0']) it.cut.add(link);
  it.run(2500);
  it.cut.clear();
  it.run(2000);
  t.match(it.nodeb.of('late'), [
    /^a heartbeat of nodea came [34]\.\d s after the one before \(warntime 2\.5 s\)$/,
  ]);
});

t.test('a cable that flaps all night does not wash out why it began', async (t) => {
  const it = pair(t);
  it.nodeb.told.length = 0;
  const flap = (times: number) => {
    for (let n = 0; n < times; n += 1) {
      it.cut.add('x0');
      it.run(7000);
      it.cut.delete('x0');
      it.run(2000);
    }
  };
  flap(30);
  t.equal(it.nodeb.of('link-down').length, 10);
  it.run(600_000);
  flap(1);
  t.match(it.nodeb.of('link-down').at(-1), '(20 more like this were left out before it)');
});

t.test('a group is told by its address alone where it is one, and by its key in the facts', async (t) => {
  const it = new ToldPair({ key: 'IPaddr::10.78.0.100/24/eth0' });
  t.teardown(() => it.end());
  it.boot('nodea', 'nodeb');
  it.run(5000);
  t.equal(it.nodea.texts.at(-1), 'started 10.78.0.100: it prefers nodea');
  t.strictSame(it.nodea.told.at(-1)?.facts.groups, ['IPaddr::10.78.0.100/24/eth0']);
});

t.test('two that both served after a partition say who gave up what', async (t) => {
  const it = pair(t);
  for (const link of ['x0', '/dev/ttyS0']) it.cut.add(link);
  it.run(10_000);
  for (const box of [it.nodea, it.nodeb]) box.told.length = 0;
  it.cut.clear();
  it.run(10_000);
  const why = 'both nodes had served, and agreed who keeps it';
  t.strictSame(it.nodea.of('released'), [`gave up web: ${why}`]);
  t.strictSame(it.nodeb.of('released'), [`gave up 10.78.0.100: ${why}`]);
  t.match(it.nodea.of('alarm'), [/^ALARM Both nodes served/, /^ALARM Both nodes served/]);
});

/** What a node has, going by what was told of it. */
function toldToHave(told: readonly Happened[]): string[] {
  const has = new Set<string>();
  for (const { kind, facts } of told) {
    const groups = (facts.groups ?? []) as readonly string[];
    if (kind === 'acquired') for (const key of groups) has.add(key);
    if (kind === 'released') for (const key of groups) has.delete(key);
  }
  return [...has].sort();
}

t.test('whatever happens: who adds up what was told knows who has what', async (t) => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = new Random(seed);
    const it = pair(t, { autoFailback: seed % 2 === 0 });
    for (let n = 0; n < 12; n += 1) {
      const link = random.below(2) === 0 ? 'x0' : '/dev/ttyS0';
      const name = random.below(2) === 0 ? 'nodea' : 'nodeb';
      const set = (['all', 'local', 'foreign', 'failback'] as const)[random.below(4)] ?? 'all';
      const command = random.below(2) === 0 ? 'standby' : 'takeover';
      if (random.below(2) === 0) it.cut.add(link);
      else it.cut.delete(link);
      if (random.below(3) === 0) it.happen(name, { kind: 'command', id: n, command, set });
      it.run(random.below(8000));
    }
    it.cut.clear();
    it.run(120_000);
    for (const name of ['nodea', 'nodeb'] as const) {
      const { life, told } = it[name];
      const { settings, resources, over } = life.state;
      if (over) continue;
      const has = [
        ...(includes(resources.holds, 'local') ? settings.localKeys : []),
        ...(includes(resources.holds, 'foreign') ? settings.foreignKeys : []),
      ].sort();
      t.strictSame(toldToHave(told), has, `seed ${seed}, ${name}`);
    }
  }
});
