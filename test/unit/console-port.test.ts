import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { ConsolePort } from '../../firmware-agent/console-port.ts';
import { makeChildrenBy } from '../../firmware-agent/resources/child.ts';
import { StandInTerminal } from './support/stand-in-terminal.ts';

/** A port with a program behind it. */
function portWith(t: Test, command: readonly [string, ...string[]]) {
  const logged: string[] = [];
  const terminal = new StandInTerminal();
  const log = (level: string, text: string) => logged.push(`${level}: ${text}`);
  const { open } = terminal;
  const port = new ConsolePort({ path: 'ttyS1', baud: 115_200, node: 'nodea', command, log, open });
  t.teardown(() => port.close());
  return { logged, terminal };
}

const menu = ['/bin/sh', '-c', 'echo menu; while read -r line; do echo "did $line"; done; echo bye'] as const;

t.test('Enter brings the menu, which hears what is typed; its end brings the invitation', async (t) => {
  const { terminal } = portWith(t, ['/bin/sh', '-c', 'echo menu; read -r line; echo "did $line"']);
  terminal.type('noise\x00\xff');
  terminal.type('\r');
  await terminal.until(/menu/);
  terminal.type('status\n');
  await terminal.until(/press Enter/);
  t.equal(
    terminal.shown.replaceAll('\r', ''),
    'menu\ndid status\n\nnodea: press Enter for the console of Twinbeat.\n',
  );
});

t.test('a port that goes away ends the session', async (t) => {
  const { terminal, logged } = portWith(t, menu);
  terminal.type('\n');
  await terminal.until(/menu/);
  terminal.fault('ttyS1: hung up');
  await terminal.until(/press Enter/);
  t.notMatch(terminal.shown, /bye/, 'the program was ended');
  t.match(logged, ['info: console: the menu is on ttyS1 (115200 baud)', 'WARN: console: ttyS1: hung up']);
});

t.test('a laptop that is unplugged ends the session', async (t) => {
  const { terminal, logged } = portWith(t, menu);
  const gone = 'DSR is off: the other end is closed or the cable is out';

  await t.test('not one that was unplugged before', async (t) => {
    terminal.signal(gone);
    terminal.type('\n');
    await terminal.until(/menu/);
    await pause(2500);
    t.notMatch(terminal.shown, /press Enter/);
  });
  await t.test('nor by a loose plug that has the line again within a second', async (t) => {
    terminal.signal(null);
    terminal.signal(gone);
    await pause(1500);
    terminal.signal(null);
    await pause(1500);
    terminal.type('here\n');
    await terminal.until(/did here/);
    t.notMatch(terminal.shown, /press Enter/);
  });
  terminal.signal(gone);
  terminal.signal('DSR and DCD are off: the other end is closed or the cable is out');
  await terminal.until(/press Enter/);
  t.notMatch(terminal.shown, /bye/, 'the program was ended');
  t.match(logged.at(-1), `info: console ttyS1: the session ends: ${gone}.`);
});

t.test('a plug that loops the port gets no menu by its own invitation', async (t) => {
  const { terminal } = portWith(t, ['/bin/sh', '-c', 'echo menu; read -r line; echo "did $line"']);
  /** All that is shown comes in again, in pieces. */
  let at = 0;
  const plug = setInterval(() => {
    const piece = terminal.shown.slice(at, at + 20);
    at += piece.length;
    if (piece !== '') terminal.type(piece);
  }, 10);
  t.teardown(() => clearInterval(plug));
  terminal.type('\r');
  await terminal.until(/press Enter for the console of Twinbeat\.\r\n/);
  await pause(2500);
  t.equal(terminal.shown.match(/did/g)?.length, 1);
  clearInterval(plug);
  terminal.type('\r');
  await terminal.until(/menu.*menu/s);
});

t.test('nor does a menu there answer its own prompts for ever', async (t) => {
  const answering = 'printf "nodea> "; while read -r line; do printf "no\\r\\nnodea> "; done';
  const { terminal } = portWith(t, ['/bin/sh', '-c', answering]);
  let at = 0;
  const plug = setInterval(() => {
    const news = terminal.shown.slice(at);
    at += news.length;
    if (news !== '') terminal.type(news);
  }, 200);
  t.teardown(() => clearInterval(plug));
  terminal.type('\r');
  await terminal.until(/nodea> /);
  terminal.type('\r\n');
  await terminal.until(/press Enter/);
});

t.test('what is typed ahead without end is dropped, and the session goes on', async (t) => {
  const slow = 'echo menu; sleep 0.3; while read -r line; do echo heard $(printf %s "$line" | wc -c); done';
  const { terminal } = portWith(t, ['/bin/sh', '-c', slow]);
  terminal.type('\n');
  await terminal.until(/menu/);
  const typed = 1_000_000;
  for (let n = 0; n < typed; n += 1000) terminal.type('x'.repeat(1000));
  const enter = setInterval(() => terminal.type('\n'), 100);
  await terminal.until(/heard 0/);
  clearInterval(enter);
  const [, heard] = /heard (\d+)/.exec(terminal.shown) ?? [];
  t.ok(Number(heard) > 0 && Number(heard) < typed, `${heard} of ${typed}`);
  terminal.fault('gone');
  await terminal.until(/press Enter/);
});

t.test('a box without memory for the menu is told of, and asked again', async (t) => {
  const { terminal, logged } = portWith(t, menu);
  t.teardown(() => makeChildrenBy((make) => make()));
  makeChildrenBy(() => {
    throw new Error('spawn ENOMEM');
  });
  terminal.type('\r');
  await terminal.until(/press Enter/);
  t.equal(logged.at(-1), 'ERROR: console ttyS1: the menu cannot be started: spawn ENOMEM');
  makeChildrenBy((make) => make());
  terminal.type('\r');
  await terminal.until(/menu\n/);
});

t.test('a program that cannot be started is told of', async (t) => {
  const { terminal, logged } = portWith(t, ['/nowhere/twinbeat']);
  terminal.type('\r');
  await terminal.until(/press Enter/);
  t.match(logged.at(-1), /ERROR: the console cannot be started: .*ENOENT/);
});
