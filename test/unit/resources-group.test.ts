import t from 'tap';
import { Group } from '../../firmware-agent/resources/group.ts';
import type { InstantResource, SlowResource } from '../../firmware-agent/resources/resource.ts';
import { ResourceError } from '../../firmware-agent/resources/resource.ts';
import type { Outcome } from '../../firmware-agent/resources/wish.ts';

/** What happened, in its order: log lines, calls of resources (`> `), outcomes (`= `). */
type Transcript = string[];

function address(text: string, transcript: Transcript, refuse: { start?: string; stop?: string } = {}) {
  const resource: InstantResource & { here: boolean } = {
    instant: true,
    text,
    sought: { address: text, goesTo: () => (resource.here ? null : 'eth0') },
    here: false,
    found: () => (resource.here ? [`${text} on eth0`] : []),
    start: () => {
      transcript.push(`> ${text} start`);
      if (refuse.start !== undefined) throw new ResourceError(refuse.start);
      resource.here = true;
    },
    stop: () => {
      transcript.push(`> ${text} stop`);
      if (refuse.stop !== undefined) throw new ResourceError(refuse.stop);
      resource.here = false;
    },
    announce: () => undefined,
    dispose: () => transcript.push(`> ${text} dispose`),
  };
  return resource;
}

/** A service whose steps last until the test says so, where `slow` names them. */
class Service implements SlowResource {
  readonly instant = false;
  readonly text: string;
  readonly slow: ReadonlySet<string>;
  readonly #transcript: Transcript;
  running = false;
  hangs = false;
  refuse: { start?: string; stop?: string; said?: string } = {};
  #end: () => void = () => {};

  constructor(text: string, transcript: Transcript, slow: readonly string[] = []) {
    this.text = text;
    this.slow = new Set(slow);
    this.#transcript = transcript;
  }

  /** End the step that is under way. */
  end(): void {
    this.#end();
  }

  async status(signal: AbortSignal): Promise<boolean> {
    await this.#step('status', signal);
    return this.running;
  }

  async start(): Promise<void> {
    await this.#step('start');
    if (this.refuse.start !== undefined) throw new ResourceError(this.refuse.start, this.refuse.said);
    this.running = true;
  }

  async stop(signal: AbortSignal): Promise<void> {
    await this.#step('stop', signal);
    if (this.refuse.stop !== undefined) throw new ResourceError(this.refuse.stop);
    this.running = false;
  }

  async #step(action: string, signal?: AbortSignal): Promise<void> {
    this.#transcript.push(`> ${this.text} ${action}`);
    if (!this.slow.has(action)) return;
    await new Promise<void>((resolve) => {
      this.#end = resolve;
      signal?.addEventListener('abort', () => resolve());
    });
  }
}

function setUp(make: (transcript: Transcript) => readonly (InstantResource | SlowResource)[]) {
  const transcript: Transcript = [];
  const resources = make(transcript);
  const group = new Group({
    node: 'nodea',
    key: resources[0]?.text ?? '',
    resources,
    log: (level, text) => transcript.push(`${level}: ${text}`),
  });
  const told = (name: string) => (outcome: Outcome) => transcript.push(`= ${name} ${outcome}`);
  return { transcript, group, told };
}

/** Let everything run that waits for nothing but its turn. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function states(group: Group): string {
  const { state, resources } = group.status();
  return [state, ...resources.map((resource) => resource.state)].join(' ');
}

t.test('up from left to right, down from right to left', async (t) => {
  const { transcript, group, told } = setUp((list) => [
    address('10.0.0.1', list),
    new Service('web', list),
    address('10.0.0.2', list),
    new Service('db::x', list),
  ]);
  group.acquire(told('acquire'));
  t.equal(states(group), 'starting running starting stopped stopped');
  await settle();
  t.equal(states(group), 'running running running running running');
  group.release(told('release'));
  await settle();
  t.equal(states(group), 'stopped stopped stopped stopped stopped');
  t.same(transcript, [
    'info: Acquiring resource group: nodea 10.0.0.1 web 10.0.0.2 db::x',
    '> 10.0.0.1 start',
    '> web status',
    '> web start',
    '> 10.0.0.2 start',
    '> db::x status',
    '> db::x start',
    '= acquire reached',
    'info: Releasing resource group: nodea 10.0.0.1 web 10.0.0.2 db::x',
    '> db::x stop',
    '> 10.0.0.2 stop',
    '> web stop',
    '> 10.0.0.1 stop',
    '= release reached',
  ]);
});

t.test('a stop that hangs matters while an address of the group is up', async (t) => {
  const services: Service[] = [];
  const { group, told } = setUp((list) => {
    services.push(new Service('web', list, ['stop']));
    return [address('10.0.0.1', list), ...services];
  });
  const [web] = services;
  if (!web) return;
  group.acquire(told('acquire'));
  await settle();
  web.hangs = true;
  t.equal(group.hangs, false, 'nobody stops it');
  group.release(told('release'));
  await settle();
  t.equal(group.hangs, true);
  group.dropAddresses();
  t.equal(group.hangs, false, 'its address is gone');
  web.end();
  await settle();
  t.equal(group.hangs, false);
});

t.test('the addresses that stand first are there when acquire returns, the answer comes later', async (t) => {
  const { transcript, group, told } = setUp((list) => [
    address('10.0.0.1', list),
    address('10.0.0.2', list),
    new Service('web', list, ['status']),
    address('10.0.0.3', list),
  ]);
  group.acquire(told('acquire'));
  t.same(group.found(), ['10.0.0.1 on eth0', '10.0.0.2 on eth0']);

  const alone = setUp((list) => [address('10.0.0.1', list)]);
  alone.group.acquire(alone.told('acquire'));
  t.equal(states(alone.group), 'running running');
  t.notMatch(alone.transcript.at(-1), /^=/, 'never from inside the call');
  await settle();
  t.equal(alone.transcript.at(-1), '= acquire reached');
  alone.group.release(alone.told('release'));
  t.same(alone.group.found(), [], 'and gone when release returns');
  t.notMatch(alone.transcript.at(-1), /^=/);
  t.equal(transcript.at(-1), '> web status');
});

t.test('what runs is not started again', async (t) => {
  const { transcript, group, told } = setUp((list) => {
    const service = new Service('web', list);
    service.running = true;
    return [service];
  });
  group.acquire(told('acquire'));
  await settle();
  t.same(transcript.slice(1), ['> web status', '= acquire reached']);
});

t.test('release stops also what was never started here', async (t) => {
  const { transcript, group, told } = setUp((list) => [address('10.0.0.1', list), new Service('web', list)]);
  group.release(told('release'));
  await settle();
  t.same(transcript.slice(1), ['> web stop', '> 10.0.0.1 stop', '= release reached']);
});

t.test('a failed start stops the whole group', async (t) => {
  const { transcript, group, told } = setUp((list) => {
    const web = new Service('web', list);
    web.refuse = { start: 'Return code 7 from /x/web', said: 'port in use' };
    return [address('10.0.0.1', list), web, new Service('db', list)];
  });
  group.acquire(told('acquire'));
  await settle();
  t.same(transcript.slice(1), [
    '> 10.0.0.1 start',
    '> web status',
    '> web start',
    'ERROR: Return code 7 from /x/web',
    'CRIT: Giving up resources due to failure of web',
    'info: Releasing resource group: nodea 10.0.0.1 web db',
    '> db stop',
    '> web stop',
    '> 10.0.0.1 stop',
    '= acquire failed',
  ]);
  t.equal(states(group), 'failed stopped failed stopped');
  t.equal(group.status().resources[1]?.detail, 'Return code 7 from /x/web (port in use)');

  group.release(told('release'));
  await settle();
  t.equal(states(group), 'stopped stopped stopped stopped');
  t.equal(group.status().resources[1]?.detail, null);
});

t.test('an address that cannot be added fails its group as well', async (t) => {
  const { transcript, group, told } = setUp((list) => [
    address('10.0.0.1', list, { start: 'no such interface' }),
    new Service('web', list),
  ]);
  group.acquire(told('acquire'));
  await settle();
  t.same(transcript.slice(2, 4), [
    'ERROR: no such interface',
    'CRIT: Giving up resources due to failure of 10.0.0.1',
  ]);
  t.equal(transcript.at(-1), '= acquire failed');
  t.notOk(transcript.includes('> web start'));
});

t.test('one that does not stop does not keep the others up', async (t) => {
  const { transcript, group, told } = setUp((list) => {
    const disk = new Service('disk', list);
    disk.refuse = { stop: 'busy' };
    return [address('10.0.0.1', list), disk, address('10.0.0.2', list, { stop: 'EPERM' })];
  });
  group.release(told('release'));
  await settle();
  t.same(transcript.slice(1), [
    '> 10.0.0.2 stop',
    'ERROR: 10.0.0.2 was not stopped: EPERM',
    '> disk stop',
    'ERROR: disk was not stopped: busy',
    '> 10.0.0.1 stop',
    '= release failed',
  ]);
  t.equal(states(group), 'failed stopped failed failed');
  t.equal(group.status().resources[1]?.detail, 'busy');
});

t.test('release during a start: the start ends, then all goes down', async (t) => {
  let web: Service | undefined;
  const { transcript, group, told } = setUp((list) => {
    web = new Service('web', list, ['start']);
    return [address('10.0.0.1', list), web, new Service('db', list)];
  });
  group.acquire(told('acquire'));
  await settle();
  group.release(told('release'));
  await settle();
  t.same(transcript.slice(3), ['> web start', '= acquire superseded'], 'the step is not torn off');
  web?.end();
  await settle();
  t.same(transcript.slice(5), [
    'info: Releasing resource group: nodea 10.0.0.1 web db',
    '> db stop',
    '> web stop',
    '> 10.0.0.1 stop',
    '= release reached',
  ]);
});

t.test('a start that fails after the release was asked for is logged, and the release goes on', async (t) => {
  let web: Service | undefined;
  const { transcript, group, told } = setUp((list) => {
    web = new Service('web', list, ['start']);
    web.refuse = { start: 'Return code 1 from /x/web' };
    return [web];
  });
  group.acquire(told('acquire'));
  await settle();
  group.release(told('release'));
  web?.end();
  await settle();
  t.same(transcript.slice(3), [
    '= acquire superseded',
    'ERROR: Return code 1 from /x/web',
    'info: Releasing resource group: nodea web',
    '> web stop',
    '= release reached',
  ]);
  t.equal(states(group), 'stopped stopped');
});

t.test('release during a status question: the question is cut short', async (t) => {
  const { transcript, group, told } = setUp((list) => [new Service('web', list, ['status'])]);
  group.acquire(told('acquire'));
  group.release(told('release'));
  await settle();
  t.same(transcript.slice(1), [
    '> web status',
    '= acquire superseded',
    'info: Releasing resource group: nodea web',
    '> web stop',
    '= release reached',
  ]);
});

t.test('acquire during a release: the step ends, then all goes up', async (t) => {
  let db: Service | undefined;
  const { transcript, group, told } = setUp((list) => {
    db = new Service('db', list, ['stop']);
    return [address('10.0.0.1', list), db];
  });
  group.acquire(told('first'));
  await settle();
  group.release(told('release'));
  group.acquire(told('second'));
  await settle();
  t.same(transcript.slice(5), [
    'info: Releasing resource group: nodea 10.0.0.1 db',
    '> db stop',
    '= release superseded',
    'info: Acquiring resource group: nodea 10.0.0.1 db',
    '> 10.0.0.1 start',
    '> db status',
    '> db start',
    '= second reached',
  ]);
});

t.test('only the last wish counts, and everyone hears exactly once', async (t) => {
  let web: Service | undefined;
  const { transcript, group, told } = setUp((list) => {
    web = new Service('web', list, ['start']);
    return [web];
  });
  group.acquire(told('a1'));
  await settle();
  for (let count = 1; count <= 50; count += 1) {
    group.release(told(`r${count}`));
    group.acquire(told(`a${count + 1}`));
  }
  group.release(told('last'));
  await settle();
  web?.end();
  await settle();
  const outcomes = transcript.filter((line) => line.startsWith('='));
  t.equal(outcomes.length, 102);
  t.equal(outcomes.filter((line) => line.endsWith('superseded')).length, 101);
  t.equal(outcomes.at(-1), '= last reached');
  t.equal(transcript.filter((line) => line === '> web start').length, 1);
  t.equal(transcript.filter((line) => line === '> web stop').length, 1);
});

t.test('who wishes the same waits for the same, at most 16', async (t) => {
  let web: Service | undefined;
  const { transcript, group, told } = setUp((list) => {
    web = new Service('web', list, ['start']);
    return [web];
  });
  for (let count = 1; count <= 17; count += 1) group.acquire(told(`a${count}`));
  await settle();
  web?.end();
  await settle();
  const outcomes = transcript.filter((line) => line.startsWith('='));
  t.same(outcomes[0], '= a1 superseded');
  t.equal(outcomes.filter((line) => line.endsWith('reached')).length, 16);
  t.equal(transcript.filter((line) => line === '> web start').length, 1);
});

t.test('dropAddresses does not wait for a script that hangs', async (t) => {
  let web: Service | undefined;
  const { group, told, transcript } = setUp((list) => {
    web = new Service('web', list, ['start']);
    return [address('10.0.0.1', list), web, address('10.0.0.2', list)];
  });
  group.acquire(told('acquire'));
  await settle();
  t.same(group.found(), ['10.0.0.1 on eth0']);
  group.dropAddresses();
  t.same(group.found(), []);
  group.release(told('release'));
  web?.end();
  await settle();
  t.notOk(transcript.includes('> 10.0.0.2 start'), 'nor is the next one added');
  t.equal(transcript.at(-1), '= release reached');
});

t.test('dispose leaves things as they are and lets nobody wait', async (t) => {
  let web: Service | undefined;
  const { group, told, transcript } = setUp((list) => {
    web = new Service('web', list, ['start']);
    return [address('10.0.0.1', list), web, new Service('db', list)];
  });
  group.acquire(told('acquire'));
  await settle();
  group.dispose();
  group.acquire(told('late'));
  web?.end();
  await settle();
  t.same(group.found(), ['10.0.0.1 on eth0']);
  t.same(transcript.slice(4), ['> 10.0.0.1 dispose', '= acquire superseded', '= late superseded']);
});
