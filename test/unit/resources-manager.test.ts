import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { GroupConfig } from '../../firmware-agent/config/config.ts';
import { deathCourse, ownCourse } from '../../firmware-agent/resources/course.ts';
import { type GroupSet, type JobResult, ResourceManager } from '../../firmware-agent/resources/groups.ts';
import { FakeBox } from './support/fake-box.ts';
import { noIPv6 } from './support/no-ipv6.ts';

const good: JobResult = { ok: true, failed: [], reason: null };

function group(node: string, key: string, ...scripts: string[]): GroupConfig {
  return {
    node,
    key,
    resources: [
      { kind: 'address', text: key, address: key },
      ...scripts.map((script) => ({ kind: 'script', text: script, script, args: [] }) as const),
    ],
  };
}

interface Setting {
  readonly groups: readonly GroupConfig[];
  readonly box?: FakeBox;
  readonly scripts?: Readonly<Record<string, string>>;
}

function setUp(t: Test, { groups, box = new FakeBox(['10.0.0.2/24 eth0']), scripts = {} }: Setting) {
  const configDir = t.testdir({ 'resource.d': {} });
  for (const [name, body] of Object.entries(scripts)) {
    const path = join(configDir, 'resource.d', name);
    writeFileSync(path, `#!/bin/sh\nD=${configDir}\n${body}\n`);
    chmodSync(path, 0o755);
  }
  const lines: string[] = [];
  const manager = new ResourceManager({
    self: 'nodea',
    groups,
    configDir,
    hardware: box,
    hardware6: noIPv6,
    logTargets: { debug: 0, syslogFormat: true },
    log: (level, text) => lines.push(`${level}: ${text}`),
  });
  t.teardown(() => manager.dispose());
  const held = (): string[] => box.present.slice(1).sort();
  const did = (what: 'acquire' | 'release', set: GroupSet): Promise<JobResult> =>
    new Promise((resolve) => manager[what]({ set, key: null }, resolve));
  return { configDir, box, lines, manager, held, did };
}

const two = [group('nodea', '10.0.0.100'), group('nodeb', '10.0.0.200')];

t.test('sets are named from this node\u2019s own point of view', async (t) => {
  const { held, did } = setUp(t, { groups: two });
  t.same(await did('acquire', 'local'), good);
  t.same(held(), ['10.0.0.100/24 eth0']);
  t.same(await did('acquire', 'foreign'), good);
  t.same(held(), ['10.0.0.100/24 eth0', '10.0.0.200/24 eth0']);
  t.same(await did('release', 'local'), good);
  t.same(held(), ['10.0.0.200/24 eth0']);
  t.same(await did('release', 'all'), good);
  t.same(held(), []);
  t.same(await did('acquire', 'none'), good);
  t.same(held(), []);
});

t.test('every group\u2019s first addresses are there when acquire returns; done comes later', async (t) => {
  const { manager, held } = setUp(t, { groups: two });
  let results = 0;
  const done = new Promise<JobResult>((resolve) =>
    manager.acquire({ set: 'all', key: null }, (result) => {
      results += 1;
      resolve(result);
    }),
  );
  t.same(held(), ['10.0.0.100/24 eth0', '10.0.0.200/24 eth0']);
  t.equal(results, 0);
  t.same(await done, good);
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(results, 1);
});

t.test('a group that fails is named, the others stay up', async (t) => {
  const { manager, held, did } = setUp(t, {
    groups: [group('nodea', '10.0.0.100', 'bad'), group('nodea', '10.0.0.101')],
    scripts: { bad: 'test $1 = stop' },
  });
  t.same(await did('acquire', 'local'), {
    ok: false,
    failed: ['10.0.0.100'],
    reason: 'could not acquire 10.0.0.100',
  });
  t.same(held(), ['10.0.0.101/24 eth0']);
  t.match(manager.report(), [
    {
      key: '10.0.0.100',
      prefers: 'nodea',
      state: 'failed',
      resources: [
        { text: '10.0.0.100', state: 'stopped', detail: null },
        { text: 'bad', state: 'failed', detail: /^Return code 1 from / },
      ],
    },
    { key: '10.0.0.101', state: 'running', resources: [{ state: 'running', detail: null }] },
  ]);
});

t.test('a group that hangs holds up no other', async (t) => {
  const { configDir, manager, held } = setUp(t, {
    groups: [group('nodea', '10.0.0.100', 'slow'), group('nodeb', '10.0.0.200', 'quick')],
    scripts: {
      slow: 'test $1 = start && until test -e $D/go; do sleep 0.02; done; true',
      quick: 'true',
    },
  });
  const results: JobResult[] = [];
  const all = new Promise((resolve) =>
    manager.acquire({ set: 'all', key: null }, (result) => resolve(results.push(result))),
  );
  await new Promise((resolve) => manager.acquire({ set: 'foreign', key: null }, resolve));
  t.equal(manager.report()[1]?.state, 'running');
  t.same(results, [], 'but the whole set waits for it');
  writeFileSync(join(configDir, 'go'), '');
  await all;
  t.same(results, [good]);
  t.same(held(), ['10.0.0.100/24 eth0', '10.0.0.200/24 eth0']);
});

t.test('the later wish wins, the earlier one is told', async (t) => {
  const { held, did } = setUp(t, { groups: [group('nodea', '10.0.0.100', 'web')], scripts: { web: 'true' } });
  const [acquired, released] = await Promise.all([did('acquire', 'all'), did('release', 'all')]);
  t.same(acquired, { ok: false, failed: [], reason: 'superseded by a later wish: 10.0.0.100' });
  t.same(released, good);
  t.same(held(), []);
});

t.test('releaseNow: every address is gone when it returns, scripts follow', async (t) => {
  const { configDir, manager, held, did } = setUp(t, {
    groups: [group('nodea', '10.0.0.100', 'slow'), group('nodeb', '10.0.0.200')],
    scripts: {
      slow: 'test $1 = stop && touch $D/stopped\ntest $1 = start && until test -e $D/go; do sleep 0.02; done; true',
    },
  });
  const acquired = did('acquire', 'all');
  t.equal(held().length, 2);
  manager.releaseNow('all');
  t.same(held(), []);
  t.equal((await acquired).ok, false);
  writeFileSync(join(configDir, 'go'), '');
  t.same(await did('release', 'all'), good);
  t.same(held(), [], 'nothing came back');
  t.equal(manager.report()[0]?.resources[1]?.state, 'stopped');
});

t.test('what a dead agent has left is found, removed and logged', async (t) => {
  const box = new FakeBox(['10.0.0.2/24 eth0', '10.0.0.200/24 eth0', '10.0.0.77/24 eth0']);
  const { manager, lines, did } = setUp(t, { groups: two, box });
  t.same(manager.strayAddresses(), ['10.0.0.200/24 on eth0']);
  t.same(manager.clearLeftovers(), { removed: ['10.0.0.200/24 on eth0'], failed: [] });
  t.same(box.present, ['10.0.0.2/24 eth0', '10.0.0.77/24 eth0'], 'others are none of our business');
  t.match(lines[0], /^WARN: 10\.0\.0\.200\/24 on eth0 is here although nobody started it/);
  t.same(manager.clearLeftovers(), { removed: [], failed: [] });

  await did('acquire', 'all');
  t.same(manager.strayAddresses(), [], 'what we hold is no leftover');
  manager.clearLeftovers();
  t.equal(box.present.length, 4);
});

t.test('a leftover that cannot be removed is an error', async (t) => {
  const box = new FakeBox(['10.0.0.2/24 eth0', '10.0.0.200/24 eth0']);
  const { manager, lines } = setUp(t, { groups: two, box });
  box.refuse = { remove: 'EPERM' };
  t.same(manager.clearLeftovers(), { removed: [], failed: ['10.0.0.200'] });
  t.ok(lines.some((line) => line.startsWith('ERROR') && line.includes('EPERM')));
  box.refuse = { list: 'ENOBUFS' };
  t.same(manager.clearLeftovers().failed, ['10.0.0.100', '10.0.0.200']);
});

t.test('dispose keeps the addresses and ends the rest', async (t) => {
  const { box, manager, held, did } = setUp(t, { groups: two });
  await did('acquire', 'all');
  t.equal(box.openPorts, 2);
  manager.dispose();
  t.equal(box.openPorts, 0);
  t.equal(held().length, 2);
  t.equal((await did('release', 'all')).ok, false);
  t.equal(held().length, 2);
});

t.test('a script that starts finds the event by which it does', async (t) => {
  const scripts = {
    web: '[ $1 = start ] && echo "$HA_t $HA_src $HA_st $HA_dest $HA_ipaddr $HA_weown $HA_ok" > $D/seen; exit 0',
  };
  const groups = [group('nodea', '10.0.0.100', 'web')];
  const { configDir, manager, did } = setUp(t, { groups, scripts });
  const acquired = async (course?: Parameters<ResourceManager['acquire']>[2]): Promise<string> => {
    await new Promise((resolve) => manager.acquire({ set: 'local', key: null }, resolve, course));
    await did('release', 'all');
    return readFileSync(join(configDir, 'seen'), 'utf8').trim();
  };
  t.equal(await acquired(ownCourse('nodea')), 'ip-request-resp nodea  nodea 10.0.0.100 yes OK');
  t.equal(await acquired(deathCourse('nodeb')), 'status nodeb dead');
  t.equal(await acquired(), '', 'a standby tells nothing');
});
