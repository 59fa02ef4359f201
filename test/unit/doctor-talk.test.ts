import { mock } from 'node:test';
import t from 'tap';
import { Assistant, type Hold } from '../../firmware-agent/doctor/assistant.ts';
import type { Bench } from '../../firmware-agent/doctor/bench.ts';
import { RemoteBench } from '../../firmware-agent/doctor/remote-bench.ts';
import { heardOf, type Question, type Reply, talkOf } from '../../firmware-agent/doctor/talk.ts';
import { until } from './support/children.ts';

/** A bench that notes what is asked of it; `emit` lasts until it is left or told to end. */
class NotedBench {
  readonly asked: string[] = [];
  /** Fails, as a port may. */
  broken = false;
  emitted = Promise.withResolvers<void>();

  get bench(): Bench {
    const note =
      <R>(name: string, result: R) =>
      async (...words: readonly unknown[]): Promise<R> => {
        this.asked.push([name, ...words].join(' '));
        return result;
      };
    return {
      drive: note('drive', undefined),
      sense: note('sense', ['CTS'] as const),
      rate: note('rate', true),
      listen: note('listen', undefined),
      emit: (blocks) => {
        this.asked.push(`emit ${blocks}`);
        return this.emitted.promise;
      },
      tally: note('tally', { right: 5, wrong: 1 }),
      leave: async () => {
        this.asked.push('leave');
        // Whoever emits hears of it, if somebody does.
        this.emitted.promise.catch(() => undefined);
        this.emitted.reject(new Error('the port is closed'));
        if (this.broken) throw new Error('cannot be closed');
      },
    };
  }
}

const closings: (() => Promise<void>)[] = [];
// What still holds a cable would wait for the next question.
t.afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

function assistant(opens = true) {
  const benches: NotedBench[] = [];
  const said: Reply[] = [];
  const reports: string[] = [];
  const needed = new AbortController();
  const opening = Promise.withResolvers<void>();
  if (opens) opening.resolve();
  const it = new Assistant({
    open: async (index): Promise<Hold> => {
      await opening.promise;
      if (index > 0) throw new Error('no such cable');
      const noted = new NotedBench();
      benches.push(noted);
      return { bench: noted.bench, baud: 19_200, signal: needed.signal };
    },
    say: (reply) => said.push(reply),
    report: (why) => reports.push(why),
  });
  closings.push(async () => {
    opening.resolve();
    await it.close();
  });
  let number = 0;
  const ask = (exam: string, call: Question['call'], ...words: Question['words']) => {
    number += 1;
    it.hear({ exam, number, call, words });
  };
  return { it, ask, benches, said, reports, needed, opening };
}

/** Joined to an assistant, as if by the other cable. */
function pair() {
  const helper = assistant();
  const lost: string[] = [];
  const remote = new RemoteBench({
    exam: 'e1',
    peer: 'fw2',
    say: (question) => helper.it.hear(heardOf(talkOf(question)) as Question),
    lost: (why) => lost.push(why),
  });
  const answered = setInterval(() => {
    for (const reply of helper.said.splice(0)) remote.hear(heardOf(talkOf(reply)) as Reply);
  }, 1);
  return { ...helper, remote, lost, end: () => clearInterval(answered) };
}

t.test('what is said is heard', async (t) => {
  const question: Question = { exam: 'e1', number: 3, call: 'drive', words: ['RTS', true, 5] };
  t.same(heardOf(talkOf(question)), question);
  const replies: Reply[] = [
    { exam: 'e1', number: 4, result: { ok: true, value: ['CTS'] } },
    { exam: 'e1', number: 0, result: { ok: false, why: 'the port is gone' } },
  ];
  for (const reply of replies) t.same(heardOf(talkOf(reply)), reply);
  const nothing: Reply = { exam: 'e1', number: 5, result: { ok: true, value: undefined } };
  t.same(heardOf(talkOf(nothing)), { ...nothing, result: { ok: true, value: null } });
});

t.test('nonsense is nothing', async (t) => {
  for (const talk of [
    {},
    { exam: 'e1' },
    { exam: 'e1', no: 'x', call: 'sense' },
    { exam: 'e1', no: '1' },
    { exam: 'e1', no: '1', call: 'format' },
    { exam: 'e1', no: '1', call: 'constructor' },
    { exam: 'e1', no: '1', call: 'rate', with: '9600' },
    { exam: 'e1', no: '1', call: 'rate', with: '[{}]' },
    { exam: 'e1', no: '1', call: 'rate', with: '[' },
    { exam: 'e1', no: '1', is: '{' },
    { exam: 'x1', no: '1', call: 'sense' },
    { exam: 'E1', no: '1', is: 'null' },
    { exam: '', no: '1', call: 'sense' },
    { exam: 'e'.repeat(33), no: '1', failed: 'why' },
    { exam: 'e1', no: '-1', is: 'null' },
    { exam: 'e1', no: '', is: 'null' },
    { exam: 'e1', no: '1.5', is: 'null' },
    { exam: 'e1', no: '9'.repeat(17), is: 'null' },
  ])
    t.equal(heardOf(talk), null, JSON.stringify(talk));
});

t.test('a reason is not longer than an event bears', (t) => {
  const why = 'x'.repeat(1000);
  const cut: Reply = { exam: 'e1', number: 1, result: { ok: false, why: why.slice(0, 300) } };
  t.same(heardOf({ exam: 'e1', no: '1', failed: why }), cut);
  t.equal(talkOf({ ...cut, result: { ok: false, why } }).failed?.length, 300);
  t.end();
});

t.test('the peer does what the remote bench is asked for', async (t) => {
  const { remote, benches, end } = pair();
  t.teardown(end);
  t.equal(await remote.begin(0), 19_200);
  await remote.drive('DTR', false);
  t.same(await remote.sense(), ['CTS']);
  t.equal(await remote.rate(9600), true);
  await remote.listen();
  benches[0]?.emitted.resolve();
  await remote.emit(32);
  t.same(await remote.tally(), { right: 5, wrong: 1 });
  await remote.leave();
  await remote.leave();
  t.same(benches[0]?.asked, ['drive DTR false', 'sense', 'rate 9600', 'listen', 'emit 32', 'tally', 'leave']);
  await t.rejects(remote.sense(), { message: 'fw2: that examination is over' });
});

t.test('why the peer cannot is said', async (t) => {
  const { remote, end } = pair();
  t.teardown(end);
  await t.rejects(remote.begin(1), { message: 'fw2: no such cable' });
});

t.test('the peer lets go in the middle', async (t) => {
  const { remote, benches, needed, lost, end } = pair();
  t.teardown(end);
  await remote.begin(0);
  const emission = remote.emit(32);
  await until(() => benches[0]?.asked.includes('emit 32') ?? false);
  needed.abort(new Error('fw1 is heard on no other cable'));
  t.same(benches[0]?.asked.at(-1), 'leave', 'at once');
  await t.rejects(emission, { message: 'fw2: the port is closed' });
  await until(() => lost.length > 0);
  t.same(lost, ['fw2: fw1 is heard on no other cable']);
});

t.test('who does not wait any more has the port left at once', async (t) => {
  const { remote, benches, end } = pair();
  t.teardown(end);
  await remote.begin(0);
  const emission = remote.emit(32);
  await until(() => benches[0]?.asked.includes('emit 32') ?? false);
  remote.end(new Error('the heartbeats go first'));
  await t.rejects(emission, { message: 'the heartbeats go first' });
  await t.rejects(remote.sense(), { message: 'the heartbeats go first' });
  await t.rejects(remote.leave(), { message: 'the heartbeats go first' }, 'said, and not waited for');
  t.same(benches[0]?.asked.at(-1), 'leave', 'before the emission was over');
});

t.test('a peer that does not answer, and words of another examination', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const remote = new RemoteBench({ exam: 'e1', peer: 'fw2', say: () => undefined, lost: t.fail });
  const begun = remote.begin(0);
  remote.hear({ exam: 'e0', number: 1, result: { ok: true, value: 9600 } });
  remote.hear({ exam: 'e0', number: 0, result: { ok: false, why: 'another' } });
  remote.hear({ exam: 'e1', number: 7, result: { ok: true, value: 9600 } });
  mock.timers.tick(9999);
  const late = t.rejects(begun, { message: 'fw2 does not answer' });
  mock.timers.tick(1);
  await late;
});

t.test('a peer that answers nonsense', async (t) => {
  const remote: RemoteBench = new RemoteBench({
    exam: 'e1',
    peer: 'fw2',
    say: ({ number }) =>
      queueMicrotask(() => remote.hear({ exam: 'e1', number, result: { ok: true, value: 'x' } })),
    lost: t.fail,
  });
  t.equal(await remote.begin(0), null, 'no rate');
  t.equal(await remote.sense(), null);
  t.equal(await remote.rate(9600), false);
  await t.rejects(remote.tally(), { message: 'fw2 does not say what it heard' });
});

t.test('the assistant does one thing after the other', async (t) => {
  const { ask, benches, said } = assistant();
  ask('e1', 'begin', 0);
  ask('e1', 'emit', 4);
  ask('e1', 'tally');
  await until(() => benches[0]?.asked.length === 1);
  t.same(benches[0]?.asked, ['emit 4']);
  benches[0]?.emitted.resolve();
  await until(() => said.length === 3);
  t.same(
    said.map(({ number }) => number),
    [1, 2, 3],
  );
});

t.test('the assistant knows one examination, the newest', async (t) => {
  const { it, ask, benches, said } = assistant();
  ask('e1', 'sense');
  ask('e1', 'begin', 0);
  ask('e2', 'sense');
  ask('e1', 'leave');
  ask('e2', 'begin', 0);
  ask('e1', 'leave');
  ask('e2', 'drive', 'TXD', true);
  ask('e2', 'emit', 15_000);
  await until(() => benches[1]?.asked.length === 1);
  t.same(benches[0]?.asked, ['leave']);
  t.match(
    said.map(({ result }) => result),
    [
      { ok: false, why: 'that examination is over' },
      { ok: true, value: 19_200 },
      { ok: false, why: 'that examination is over' },
      { ok: true },
      { ok: true, value: 19_200 },
      { ok: true },
      { ok: false, why: 'an output is RTS or DTR' },
    ],
  );
  await it.close();
  t.same(benches[1]?.asked, ['emit 15000', 'leave'], 'the agent ends');
});

/** What was asked for has its turn, where nothing takes time. */
async function turns(): Promise<void> {
  for (let n = 0; n < 400; n += 1) await Promise.resolve();
}

t.test('the assistant lets go of the port when nobody asks any more', async (t) => {
  const { ask, benches, said } = assistant();
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  ask('e1', 'begin', 0);
  await turns();
  mock.timers.tick(14_999);
  ask('e0', 'sense');
  await turns();
  t.same(benches[0]?.asked, []);
  mock.timers.tick(1);
  await turns();
  t.same(benches[0]?.asked, ['leave'], 'words of another examination keep nothing');
  ask('e1', 'sense');
  await turns();
  t.match(said.at(-1), { result: { ok: false, why: 'that examination is over' } });
});

t.test('a `leave` that overtakes its `begin` is not lost', async (t) => {
  const { ask, benches, said, opening } = assistant(false);
  ask('e1', 'begin', 0);
  ask('e1', 'leave');
  opening.resolve();
  await until(() => said.length === 2);
  t.same(benches[0]?.asked, ['leave']);
});

t.test('nonsense is refused in words', async (t) => {
  const { ask, benches, said } = assistant();
  ask('e1', 'begin', 0);
  for (const word of [0, -1, 299, 460_801, 1e9, 9600.5, true, '', '9600']) ask('e1', 'rate', word);
  await until(() => said.length === 10);
  for (const word of [0, -1, 15_001, 0.5, true, '']) ask('e1', 'emit', word);
  await until(() => said.length === 16);
  for (const word of [-1, 256, 0.5, true, '', '0']) ask('e2', 'begin', word);
  ask('e2', 'begin');
  await until(() => said.length === 23);
  const words = [
    ...Array(9).fill('a rate is a whole number from 300 to 460800'),
    ...Array(6).fill('a count of blocks is a whole number from 1 to 15000'),
    ...Array(7).fill('the place of a cable is a whole number from 0 to 255'),
  ];
  t.same(
    said.slice(1).map(({ result }) => !result.ok && result.why),
    words,
  );
  t.same(benches[0]?.asked, [], 'nothing was done');
  ask('e1', 'rate', 460_800);
  ask('e1', 'leave');
});

t.test('a rate that is none is not believed', async (t) => {
  for (const value of [0, -1, 1e9, 9600.5, '9600']) {
    const remote: RemoteBench = new RemoteBench({
      exam: 'e1',
      peer: 'fw2',
      say: ({ number }) =>
        queueMicrotask(() => remote.hear({ exam: 'e1', number, result: { ok: true, value } })),
      lost: t.fail,
    });
    t.equal(await remote.begin(0), null, String(value));
  }
});

t.test('an examination without end', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const { it, ask, benches, said } = assistant();
  const moment = /^a cable was examined a moment ago/;
  ask('e1', 'begin', 0);
  await turns();
  for (let second = 0; second < 119; second += 1) {
    mock.timers.tick(1000);
    ask('e1', 'sense');
    await turns();
  }
  ask('e1', 'emit', 4);
  await turns();
  t.notMatch(benches[0]?.asked, ['leave']);
  mock.timers.tick(1000);
  t.equal(benches[0]?.asked.at(-1), 'leave', 'although something was under way');
  await turns();
  t.match(said.at(-2), { number: 0, result: { ok: false, why: 'it took too long' } });
  const isRefused = async (exam: string) => {
    ask(exam, 'begin', 0);
    await turns();
    const result = said.at(-1)?.result;
    return result?.ok === false && moment.test(result.why);
  };
  t.ok(await isRefused('e2'));
  mock.timers.tick(9999);
  t.ok(await isRefused('e3'));
  mock.timers.tick(1);
  t.notOk(await isRefused('e4'), 'the heartbeats had it for a while');
  t.ok(await isRefused('e5'), 'in place of one that did not end');
  t.same(benches[1]?.asked, ['leave']);
  mock.timers.tick(10_000);
  t.notOk(await isRefused('e6'));
  ask('e6', 'leave');
  t.notOk(await isRefused('e7'), 'who ends it may begin again at once');
  mock.timers.tick(15_000);
  await turns();
  t.ok(await isRefused('e8'), 'silence is no end');
  await it.close();
});

t.test('what fails stops no later question', async (t) => {
  const { ask, benches, said, reports, needed } = assistant();
  ask('e1', 'begin', 0);
  await until(() => benches.length === 1);
  for (const noted of benches) noted.broken = true;
  ask('e1', 'leave');
  ask('e2', 'begin', 0);
  ask('e2', 'sense');
  await until(() => said.length === 4);
  t.match(said.at(-1), { result: { ok: true, value: ['CTS'] } });
  t.same(reports, ['cannot be closed']);
  for (const noted of benches) noted.broken = true;
  needed.abort(new Error('it is needed'));
  await until(() => reports.length === 2);

  const told: string[] = [];
  const mute = new Assistant({
    open: () => Promise.reject(new Error('no such cable')),
    say: () => {
      throw new Error('nobody hears');
    },
    report: (why) => told.push(why),
  });
  for (const number of [1, 2]) mute.hear({ exam: 'e1', number, call: 'sense', words: [] });
  await mute.close();
  t.same(told, ['nobody hears', 'nobody hears']);
});

t.test('so many questions wait, and no more', async (t) => {
  const { ask, benches, said, opening } = assistant(false);
  ask('e1', 'begin', 0);
  for (let n = 0; n < 40; n += 1) ask('e1', 'sense');
  const full = { ok: false, why: 'too many questions at once' } as const;
  t.same(
    said.map(({ result }) => result),
    Array(9).fill(full),
  );
  opening.resolve();
  await until(() => said.length === 41);
  t.equal(benches[0]?.asked.length, 31);
  ask('e1', 'tally');
  await until(() => said.length === 42);
  t.match(said.at(-1), { result: { ok: true } }, 'there is room again');
  ask('e1', 'leave');
});
