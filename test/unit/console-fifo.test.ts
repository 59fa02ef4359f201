import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Fifo, fifoPath } from '../../firmware-agent/console/fifo.ts';
import { FifoMessages } from '../../firmware-agent/console/fifo-messages.ts';
import { fifoWish } from '../../firmware-agent/console/fifo-wish.ts';
import { Message } from '../../firmware-agent/wire/message.ts';
import { until } from '../../scripts/laboratory/wait.ts';

const STANDBY = '>>>\nt=ask_resources\nrsc_hold=local\ninfo=me\n<<<\n';
const TAKEOVER = '>>>\nt=hb_takeover\nrsc_hold=all\n<<<\n';

/** A FIFO that is read, with the wishes that came out of it. */
async function reading(t: Test, refuse?: string) {
  const stateDir = mkdtempSync(join(tmpdir(), 'twinbeat-'));
  const wishes: string[] = [];
  const log: string[] = [];
  const move = (command: string) => async (set: string) => {
    wishes.push(`${command} ${set}`);
    return { ok: refuse === undefined, text: refuse ?? 'done' };
  };
  const options = {
    stateDir,
    handlers: { standby: move('standby'), takeover: move('takeover') },
    log: (level: string, text: string) => log.push(`${level}: ${text}`),
  };
  const fifo = await Fifo.open(options);
  t.teardown(() => {
    fifo.close();
    rmSync(stateDir, { recursive: true });
  });
  const path = fifoPath(stateDir);
  return { fifo, path, wishes, log, options };
}

const soon = (what: string, is: () => boolean) => until(what, is, 10_000);

t.test('it is made for its owner alone, and stays', async (t) => {
  const { fifo, path, log, options } = await reading(t);
  t.ok(statSync(path).isFIFO());
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.same(log, [`info: Creating FIFO ${path}.`]);
  fifo.close();
  const again = await Fifo.open(options);
  again.close();
  t.equal(log.length, 1, 'one that is there is taken as it is');
});

t.test('writers come and go, and each gets its wish', async (t) => {
  const { fifo, path, wishes } = await reading(t);
  appendFileSync(path, STANDBY);
  await soon('the first', () => wishes.length === 1);
  execFileSync('sh', ['-c', `printf '${TAKEOVER.replaceAll('\n', '\\n')}' > ${path}`]);
  await soon('the second', () => wishes.length === 2);
  appendFileSync(path, STANDBY.slice(0, 20));
  appendFileSync(path, STANDBY.slice(20));
  await soon('the third', () => wishes.length === 3);
  t.same(wishes, ['standby local', 'takeover all', 'standby local']);
  t.same(fifo.report(), { taken: 3, ignored: 0, garbage: 0 });
});

t.test('what is no wish is counted and changes nothing', async (t) => {
  const { fifo, path, wishes, log } = await reading(t);
  appendFileSync(
    path,
    `rm -rf\n\0\xff\n>>>\nnonsense\n<<<\n>>>\nt=addnode\nnodelist=c\x1b[2J\n<<<\n>>>\nt=ask_res`,
  );
  appendFileSync(path, `>>>\nt=ask_resources\n${STANDBY}`);
  await soon('what is whole at the end', () => wishes.length === 1);
  const { taken, ignored, garbage } = fifo.report();
  t.equal(taken, 1);
  t.equal(ignored, 1);
  t.ok(garbage >= 4, `${garbage}`);
  t.same(
    log.filter((line) => line.startsWith('WARN')),
    ['WARN: FIFO message addnode ignored.'],
  );
});

t.test('what the agent refuses is in the log, since nobody waits for it', async (t) => {
  const { path, log } = await reading(t, 'nodeb is dead.');
  appendFileSync(path, TAKEOVER);
  await soon('a line', () => log.length > 1);
  t.equal(log[1], 'WARN: takeover all, asked for through the FIFO: nodeb is dead.');
});

t.test('a file in its place is not read', async (t) => {
  const { options } = await reading(t);
  const stateDir = t.testdir({});
  writeFileSync(fifoPath(stateDir), TAKEOVER);
  await t.rejects(Fifo.open({ ...options, stateDir }), { message: /is no FIFO: remove it/ });
});

t.test('a stream without an end holds no memory', async (t) => {
  const messages = new FifoMessages();
  const noise = Buffer.alloc(64 * 1024, 'x');
  for (let i = 0; i < 20; i++) t.same(messages.push(noise), []);
  t.same(messages.push(Buffer.from('\n>>>\n')), []);
  for (let i = 0; i < 2000; i++) messages.push(Buffer.from(`field${i}=value\n`));
  t.same(messages.push(Buffer.from('<<<\n')), [], 'a message that is too long is none');
  t.equal(messages.push(Buffer.from(STANDBY)).length, 1, 'the next one is read');
  t.ok(messages.garbage >= 20);
});

t.test('the wishes are those of hb_standby and hb_takeover', async (t) => {
  const wish = (fields: Record<string, string>) => fifoWish(Message.of(fields));
  const all = { command: 'standby', set: 'all' };
  t.same(wish({ t: 'ask_resources', rsc_hold: 'foreign', info: 'me' }), { ...all, set: 'foreign' });
  t.same(wish({ t: 'ask_resources', info: 'me' }), all, 'a set that is not named is all');
  t.same(wish({ t: 'hb_takeover', rsc_hold: 'failback' }), { command: 'takeover', set: 'failback' });
  t.equal(
    wish({ t: 'ask_resources', rsc_hold: 'all', info: 'done' }),
    null,
    'the steps of the handshake are not for scripts',
  );
  t.equal(wish({ t: 'hb_takeover', rsc_hold: 'everything' }), null);
  t.equal(wish({ t: 'resource', rsc_hold: 'foreign', info: 'mach_down' }), null);
  t.equal(wish({}), null);
});
