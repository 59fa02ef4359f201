import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { initialState } from '../../firmware-agent/core/initial-state.ts';
import type { State } from '../../firmware-agent/core/state.ts';
import { HeartbeatMenu, type HeartbeatMenuOptions, isSilent } from '../../firmware-agent/heartbeat-menu.ts';
import { makeChildrenBy } from '../../firmware-agent/resources/child.ts';
import { monotonic } from '../../hw/clock.ts';
import { StandInTerminal } from './support/stand-in-terminal.ts';
import { settingsOf } from './support/told-pair.ts';
import { bytesOf, vectorNamed } from './support/vectors.ts';

/** A program that says what it hears and goes by `quit`. */
const program = [
  '/bin/sh',
  '-c',
  'echo menu; while read -r line; do [ "$line" = quit ] && exit; echo "did $line"; done',
] as const;

/** A heartbeat port whose link the test has in its hand. */
function heartbeatPort(t: Test, options: Partial<HeartbeatMenuOptions> = {}) {
  const logged: string[] = [];
  const terminal = new StandInTerminal();
  const link = { isSilent: true, rests: 0, givenBack: 0 };
  let tellGivenBack = (): void => undefined;
  const givenBack = new Promise<void>((resolve) => {
    tellGivenBack = resolve;
  });
  const menu = new HeartbeatMenu({
    path: '/dev/ttyS0',
    baud: 19_200,
    node: 'nodea',
    peer: 'nodeb',
    command: program,
    log: (level, text) => logged.push(`${level}: ${text}`),
    open: terminal.open,
    isSilent: () => link.isSilent,
    rest: async () => {
      link.rests += 1;
      return () => {
        link.givenBack += 1;
        tellGivenBack();
      };
    },
    ...options,
  });
  t.teardown(() => menu.close());
  return {
    logged,
    terminal,
    link,
    menu,
    /** As a human does, who then waits. */
    async pressThrice(): Promise<void> {
      for (let n = 0; n < 3; n += 1) {
        menu.overhear(Buffer.from('\r'));
        await pause(80);
      }
      await pause(600);
    },
    /** Resolves when the link has the port again for the first time. */
    givenBack,
  };
}

t.test('three Enters bring the menu, which says where it is; quit gives the port back', async (t) => {
  const { terminal, link, pressThrice, givenBack, logged } = heartbeatPort(t);
  await pressThrice();
  await terminal.until(/menu\n/);
  t.match(terminal.shown, /nodea: the menu is on the heartbeat port \/dev\/ttyS0,.*until .* nodeb is heard/s);
  t.strictSame(link, { isSilent: true, rests: 1, givenBack: 0 });
  terminal.type('status\n');
  await terminal.until(/did status/);
  terminal.type('quit\n');
  await givenBack;
  t.match(
    terminal.shown,
    /did status\n\r\nnodea: the session is over\.\r\nHeartbeats go on here; three Enters for the menu\.\r\n$/,
  );
  t.equal(terminal.closed, 1, 'the port is free before the link has it');
  t.match(logged, [
    /\/dev\/ttyS0 has the menu: it carries no heartbeats/,
    /carries heartbeats again: the session is over/,
  ]);
});

t.test('one session a second at most', async (t) => {
  const { terminal, link, pressThrice, givenBack } = heartbeatPort(t);
  await pressThrice();
  await terminal.until(/menu\n/);
  terminal.type('quit\n');
  await givenBack;
  const over = monotonic();
  while (link.rests === 1) await pressThrice();
  t.ok(monotonic() - over >= 1000);
});

t.test('no menu where the peer is heard, or something else has the port', async (t) => {
  const heard = heartbeatPort(t);
  heard.link.isSilent = false;
  await heard.pressThrice();
  t.equal(heard.link.rests, 0);
  const taken = heartbeatPort(t, {
    rest: () => Promise.reject(new Error('/dev/ttyS0 is not free: the cable doctor has it')),
  });
  await taken.pressThrice();
  t.equal(taken.terminal.opened, 0);
  t.match(taken.logged, [/not free: the cable doctor has it/]);
});

t.test('a heartbeat of the peer ends it at once, whatever its program does', async (t) => {
  const stubborn = ['/bin/sh', '-c', 'trap "" TERM; echo menu; while :; do read -r line; done'] as const;
  for (const command of [program, stubborn]) {
    const { terminal, pressThrice, givenBack, link } = heartbeatPort(t, { command });
    await pressThrice();
    await terminal.until(/menu\n/);
    const words = terminal.shown;
    const heartbeat = bytesOf(vectorNamed('serial-sha1-status-active-first.bin'));
    terminal.type(heartbeat.subarray(0, 50));
    terminal.type('\r\n');
    await pause(100);
    t.equal(link.givenBack, 0, 'a piece of one is nothing');
    terminal.type(heartbeat);
    terminal.type('takeover\nyes\n');
    await givenBack;
    t.notMatch(
      terminal.shown.slice(words.length),
      /did takeover|Heartbeats go on/,
      'the peer is told nothing',
    );
  }
});

t.test('a port that cannot be opened goes back, as does one that fails', async (t) => {
  const gone = heartbeatPort(t);
  gone.terminal.isThere = false;
  await gone.pressThrice();
  await gone.givenBack;
  t.equal(gone.terminal.shown, '');
  const failing = heartbeatPort(t);
  await failing.pressThrice();
  await failing.terminal.until(/menu\n/);
  failing.terminal.fault('/dev/ttyS0: hung up');
  await failing.givenBack;
});

t.test('a laptop that is unplugged', async (t) => {
  const { terminal, pressThrice, givenBack } = heartbeatPort(t);
  await pressThrice();
  await terminal.until(/menu\n/);
  terminal.signal('DSR is off');
  await givenBack;
  t.equal(terminal.closed, 1);
});

t.test('one at which nobody types any more', async (t) => {
  const { terminal, link, pressThrice, givenBack } = heartbeatPort(t, { idle: 500 });
  // Already before its program has started, however long that takes.
  const fingers = setInterval(() => terminal.type('still here\n'), 50);
  t.teardown(() => clearInterval(fingers));
  await pressThrice();
  await terminal.until(/did still here/);
  await pause(1500);
  t.equal(link.givenBack, 0);
  clearInterval(fingers);
  await givenBack;
  t.match(terminal.shown, /nodea: nobody typed for a while\.\r\nHeartbeats go on here/);
});

t.test('a laptop that is unplugged before its menu is there', async (t) => {
  const { terminal, pressThrice, givenBack } = heartbeatPort(t);
  let isTold = false;
  terminal.said = () => {
    if (!isTold) terminal.signal('DSR is off');
    isTold = true;
  };
  await pressThrice();
  await givenBack;
  t.notMatch(terminal.shown, /nobody typed/);
});

t.test('bytes without end keep the port for its time, not for ever', async (t) => {
  const { terminal, pressThrice, givenBack } = heartbeatPort(t, { idle: 1000, longest: 2000 });
  const noise = setInterval(() => terminal.type('x'), 100);
  t.teardown(() => clearInterval(noise));
  await pressThrice();
  await givenBack;
  t.match(terminal.shown, /nodea: a session lasts an hour here at most\.\r\nHeartbeats go on here/);
});

t.test('a box without memory for the menu has its heartbeats back', async (t) => {
  const { pressThrice, givenBack, logged } = heartbeatPort(t);
  t.teardown(() => makeChildrenBy((make) => make()));
  makeChildrenBy(() => {
    throw new Error('spawn ENOMEM');
  });
  await pressThrice();
  await givenBack;
  t.match(logged[1], 'ERROR: console /dev/ttyS0: the menu cannot be started: spawn ENOMEM');
});

t.test('the end of the agent ends it', async (t) => {
  const { terminal, menu, link, pressThrice } = heartbeatPort(t);
  await pressThrice();
  await terminal.until(/menu\n/);
  await menu.close();
  t.equal(terminal.closed, 1);
  await pressThrice();
  t.equal(link.rests, 1, 'and nothing begins any more');
});

t.test('two menus that face each other part by themselves', async (t) => {
  const answering = 'printf "%s> " "$0"; while read -r line; do printf "no\\r\\n%s> " "$0"; done';
  const nodes = ['nodea', 'nodeb'] as const;
  const ends = nodes.map((node) =>
    heartbeatPort(t, { node, peer: 'nodeb', command: ['/bin/sh', '-c', answering, node] }),
  );
  const [a, b] = ends;
  if (a === undefined || b === undefined) throw new Error('two ends');
  await Promise.all(ends.map((end) => end.pressThrice()));
  await Promise.all(ends.map((end, n) => end.terminal.until(new RegExp(`${nodes[n]}> `))));
  // The laptops are gone, and each hears what the other shows.
  const hand = (from: StandInTerminal, to: StandInTerminal) => {
    let at = from.shown.length;
    return setInterval(() => {
      const news = from.shown.slice(at);
      at += news.length;
      if (news !== '') to.type(news);
    }, 50);
  };
  const cables = [hand(a.terminal, b.terminal), hand(b.terminal, a.terminal)];
  t.teardown(() => cables.map(clearInterval));
  a.terminal.type('x\r\n');
  await Promise.race(ends.map((end) => end.givenBack));
  const words = ends.map((end) => end.logged.join()).join();
  t.match(words, /carries heartbeats again: what comes in is from a menu/);
});

t.test('silent is a link that is down, in a life that is old enough to know', async (t) => {
  const settings = settingsOf('nodea');
  const name = '/dev/ttyS0';
  const young = { ...initialState(settings), startedAt: 1000 };
  const state = (change: Partial<State>, up = false): State => {
    const link = young.links[name];
    if (link === undefined) throw new Error('no such link');
    return { ...young, ...change, links: { ...young.links, [name]: { ...link, up } } };
  };
  const old = 1000 + settings.deadtime;
  t.ok(isSilent(state({}), name, old));
  t.notOk(isSilent(null, name, old));
  t.notOk(isSilent(state({}), name, old - 1), 'just started');
  t.notOk(isSilent(state({}, true), name, old), 'the peer is heard');
  t.notOk(isSilent(state({ over: true }), name, old), 'between two lives');
  t.notOk(isSilent(state({}), 'ttyS9', old), 'no link');
});
