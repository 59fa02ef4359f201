import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Settings } from '../../firmware-agent/core/settings.ts';
import { step } from '../../firmware-agent/core/step.ts';
import { loadUuid } from '../../firmware-agent/identity.ts';
import type { Happening } from '../../firmware-agent/life.ts';
import { ResourceManager } from '../../firmware-agent/resources/groups.ts';
import type { Log } from '../../firmware-agent/resources/log.ts';
import { open, seal } from '../../firmware-agent/wire/envelope.ts';
import type { Key } from '../../firmware-agent/wire/keyring.ts';
import { Message } from '../../firmware-agent/wire/message.ts';
import { FakeBox } from './support/fake-box.ts';
import { noIPv6 } from './support/no-ipv6.ts';
import { OppositeHeartbeat } from './support/opposite-heartbeat.ts';
import { keyring } from './support/vectors.ts';

/** Heartbeat's texts by where they are heard here, those that are looked up in a source, and why some are not ours. */
interface Texts {
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly sources: Readonly<Record<string, readonly string[]>>;
  readonly differences: Readonly<Record<string, string>>;
}

const root = new URL('../../', import.meta.url);
const table: Texts = JSON.parse(readFileSync(new URL('test/recorded/log-texts.json', root), 'utf8'));

const hearers: Readonly<Record<string, (t: Test) => Promise<string[]> | string[]>> = {
  transcripts,
  core,
  wire,
  groups,
  'first start': firstStart,
};

t.strictSame(Object.keys(table.texts).sort(), Object.keys(hearers).sort(), 'each list has one who hears');

for (const [place, hear] of Object.entries(hearers)) {
  t.test(`what Heartbeat says is said here: ${place}`, async (t) => {
    const lines = await hear(t);
    const missing = (table.texts[place] ?? []).filter(
      (pattern) => !lines.some((line) => new RegExp(`^${pattern}`).test(line)),
    );
    t.strictSame(missing, [], lines.length < 100 ? lines.join('\n') : '');
  });
}

for (const [file, texts] of Object.entries(table.sources)) {
  t.test(`${file} has the words`, async (t) => {
    const source = readFileSync(new URL(file, root), 'utf8');
    t.strictSame(
      texts.filter((text) => !source.includes(text)),
      [],
    );
  });
}

t.test('what is not said has a reason', async (t) => {
  for (const [text, why] of Object.entries(table.differences)) t.ok(why.length > 20, text);
});

function lineOf(level: string, text: string, entity?: string): string {
  return `${entity === undefined ? '' : `${entity} `}${level}: ${text}`;
}

/** A transcript is what the core does: another test holds that. */
function transcripts(): string[] {
  const directory = new URL('test/unit/transcripts/', root);
  const all = readdirSync(directory).map((name) => readFileSync(new URL(name, directory), 'utf8'));
  return [...all.join('\n').matchAll(/ logs (?:as (\w+) )?(\w+): (.*)/g)].map(([, entity, level, text]) =>
    lineOf(level ?? '', text ?? '', entity),
  );
}

function core(): string[] {
  const lines: string[] = [];
  const tell = (actions: ReturnType<typeof step>['actions']): void => {
    for (const action of actions)
      if (action.do === 'log') lines.push(lineOf(action.level, action.text, action.entity));
  };
  const begin = (wishes: Partial<Settings> = {}): OppositeHeartbeat => {
    const pair = new OppositeHeartbeat(wishes);
    pair.settle();
    return pair;
  };
  const happen = (pair: OppositeHeartbeat, happening: Happening): void => {
    const { state, actions } = step(pair.state, { ...happening, at: pair.now });
    pair.state = state;
    tell(actions);
  };
  const standby = { kind: 'command', id: 1, command: 'standby', set: 'all' } as const;

  const hostile = begin();
  tell(hostile.hear({ t: 'status', st: 'active', src: 'stranger' }));
  tell(hostile.hear({ t: 'status', st: 'active', ts: 'never' }));
  const asking = begin();
  tell(asking.hear({ t: 'NS_rexmit', firstseq: '99999', lastseq: '99999' }));
  const lost = asking.skip();
  tell(asking.hear({ t: 'status', st: 'active' }));
  tell(asking.hear({ t: 'NS_nak_rexmit', firstseq: lost.toString(16), info: 'seqno too low' }));
  for (let n = 0; n < 600; n += 1) asking.skip();
  tell(asking.hear({ t: 'status', st: 'active' }));
  happen(asking, { kind: 'medium', link: 'x0', fault: 'ENETDOWN' });
  const wired = begin({
    links: [
      { name: 'x0', medium: 'ucast', shared: false },
      { name: 'ttyS0', medium: 'serial', shared: false },
    ],
  });
  happen(wired, { kind: 'medium', link: 'ttyS0', fault: 'ttyS0: no byte left for 500 ms' });

  const planned = begin();
  tell(planned.hear({ t: 'ask_resources', rsc_hold: 'all', info: 'other' }));
  happen(planned, standby);
  tell(planned.hear({ t: 'ask_resources', rsc_hold: 'all', info: 'me' }));
  happen(planned, { kind: 'stop' });
  const waiting = begin();
  happen(waiting, standby);
  for (let n = 0; n < 60; n += 1) {
    waiting.now += 1000;
    tell(waiting.hear({ t: 'status', st: 'active' }));
  }
  const moving = begin();
  tell(moving.hear({ t: 'resource', rsc_hold: 'local', rtype: 'full', isstable: '0' }));
  tell(moving.hear({ t: 'ask_resources', rsc_hold: 'all', info: 'me' }));
  const greedy = begin();
  for (let n = 0; n < 3; n += 1)
    tell(greedy.hear({ t: 'resource', rsc_hold: 'all', rtype: 'full', isstable: '1' }));
  const old = begin({ legacy: true });
  tell(old.hear({ t: 'ask_resources', rsc_hold: 'all', info: 'me' }));
  const watching = begin({ ipfail: true });
  tell(watching.hear({ t: 'num_ping_nodes', num_ping: '2', dest: 'nodea' }));
  tell(watching.hear({ t: 'abort_giveup', dest: 'nodea' }));
  return lines;
}

function wire(): string[] {
  const right: Key = { index: 1, method: 'sha1', secret: 'right' };
  const wrong: Key = { index: 1, method: 'sha1', secret: 'wrong' };
  const unknown: Key = { index: 7, method: 'sha1', secret: 'unknown' };
  const message = Message.of({ t: 'status', src: 'nodeb', ts: '1' });
  const evil = Message.of({ t: 'status', src: 'no such; name', ts: '1' });
  const inputs = [
    seal(message, wrong, { framing: 'serial' }),
    seal(evil, wrong, { framing: 'serial' }),
    seal(message, unknown, { framing: 'serial' }),
    seal(message, unknown, { framing: 'netstring' }),
    seal(message, wrong, { framing: 'netstring' }),
    Buffer.from('>>>\nt=status\nnonsense\n<<<\n'),
  ];
  return inputs.flatMap((bytes) => {
    const opened = open(bytes, keyring(right));
    return opened.ok ? [] : [lineOf(opened.level, opened.detail)];
  });
}

async function groups(t: Test): Promise<string[]> {
  const configDir = t.testdir({ 'resource.d': {} });
  const path = join(configDir, 'resource.d', 'web');
  writeFileSync(path, '#!/bin/sh\n[ "$1" = start ] && exit 3\n[ "$1" = stop ] && exit 1\necho stopped\n');
  chmodSync(path, 0o755);
  const lines: string[] = [];
  const log: Log = (level, text, entity) => lines.push(lineOf(level, text, entity));
  const manager = new ResourceManager({
    self: 'nodea',
    groups: ['web', 'absent'].map((script) => ({
      node: 'nodea',
      key: script,
      resources: [{ kind: 'script', text: script, script, args: [] }],
    })),
    configDir,
    hardware: new FakeBox(['10.0.0.2/24 eth0']),
    hardware6: noIPv6,
    logTargets: { debug: 0, syslogFormat: true },
    limits: { stopRetries: 1, stopDistance: 1 },
    log,
  });
  t.teardown(() => manager.dispose());
  await new Promise((resolve) => manager.acquire({ set: 'local', key: null }, resolve));
  return lines;
}

function firstStart(t: Test): string[] {
  const lines: string[] = [];
  const directory = t.testdir({});
  const log: Log = (level, text, entity) => lines.push(lineOf(level, text, entity));
  loadUuid(directory, log);
  const { length } = lines;
  loadUuid(directory, log);
  t.equal(lines.length, length, 'the second start finds it');
  return lines;
}
