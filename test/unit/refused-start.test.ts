import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { LogConfig } from '../../firmware-agent/config/config.ts';
import { EventLog } from '../../firmware-agent/events/event-log.ts';
import { readEvents } from '../../firmware-agent/events/read-events.ts';
import { keepRefusal } from '../../firmware-agent/refused-start.ts';
import { runAgent } from '../../firmware-agent/run-agent.ts';
import { GOOD_CF, load } from './support/fake-probe.ts';

const broken = 'ha.cf:4:11: error: keepalive "2s": there is no unit for seconds: write 2 (seconds) or 2000ms';
const end = 'Heartbeat not started: configuration error.';

/** A start that ha.cf forbids, with these further lines. */
async function refuse(stateDir: string, lines = '', log?: LogConfig) {
  const system: string[] = [];
  const said: string[] = [];
  const verdict = load({ cf: `${GOOD_CF}keepalive 2s\n${lines}` });
  const given = log === undefined ? verdict : { ...verdict, log };
  await keepRefusal(
    given,
    { stateDir, node: 'nodea' },
    (line) => said.push(line),
    (facility, ident) => ({
      write: (severity, text) => system.push(`${facility} ${ident} ${severity} ${text.replace(/^\S+ /, '')}`),
      close() {},
    }),
  );
  return { system, said };
}

t.test('a start that ha.cf forbids is in syslog, in its log file and in the events', async (t) => {
  const dir = t.testdir();
  const [stateDir, logfile] = [join(dir, 'state'), join(dir, 'ha-log')];
  const { system, said } = await refuse(stateDir, `logfile ${logfile}\nlogfacility none\ndebugfile x\n`);
  t.equal(system[0], `daemon heartbeat err ERROR: ${broken}`);
  t.equal(system.at(-1), `daemon heartbeat err ERROR: ${end}`);
  const lines = readFileSync(logfile, 'utf8').trimEnd().split('\n');
  t.match(lines[0], / nodea heartbeat: \[\d+\]: ERROR: ha\.cf:4:11: error: keepalive "2s"/);
  t.match(lines.at(-1), end);
  t.match(readEvents(stateDir)?.events, [
    {
      kind: 'refused',
      text: `not started: ${broken} (and 1 more)`,
      facts: { errors: [broken, /debugfile "x"/] },
    },
  ]);
  t.strictSame(said, []);
});

t.test('the facility of ha.cf is used where it is good', async (t) => {
  const { system } = await refuse(t.testdir(), 'logfacility local3\n');
  t.match(system[0], /^local3 heartbeat err /);
});

t.test('tried again and again it is one event, and no life that ended without a word', async (t) => {
  const stateDir = t.testdir();
  const life = new EventLog({ stateDir, log: () => {} });
  life.note({ kind: 'stopped', text: 'nodea ends', facts: {} });
  await life.flush();
  await refuse(stateDir);
  await refuse(stateDir);
  const next = new EventLog({ stateDir, log: () => {} });
  next.begin();
  await next.flush();
  t.strictSame(
    readEvents(stateDir)?.events.map(({ kind }) => kind),
    ['stopped', 'refused'],
  );
});

t.test('what cannot be kept is said', async (t) => {
  const { said } = await refuse(join(t.testdir({ file: '' }), 'file', 'state'));
  t.match(said, [/^WARN: events: .*file\/state cannot be used: ENOTDIR/]);
});

t.test('the agent keeps it', async (t) => {
  const dir = t.testdir({ 'ha.cf': 'keepalive 2s\n', state: {} });
  const said: string[] = [];
  const options = { configDir: dir, stateDir: join(dir, 'state'), runDir: join(dir, 'run'), node: 'nodea' };
  const code = await runAgent(options, { say: (line) => said.push(line), started() {} });
  t.equal(code, 6);
  t.match(said, [/^ha\.cf:/]);
  t.match(readEvents(options.stateDir)?.events, [{ kind: 'refused', facts: { errors: [/^ha\.cf:/] } }]);
});
