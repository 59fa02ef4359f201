import t, { type Test } from 'tap';
import { ConsolePort } from '../../firmware-agent/console-port.ts';
import type { TerminalListener } from '../../hw/terminal.ts';

/** A terminal whose line the test holds in its hand, and a program behind it. */
function terminal(t: Test, program: readonly [string, ...string[]]) {
  const logged: string[] = [];
  let shown = '';
  let listener: TerminalListener | undefined;
  const waiting: { readonly for: RegExp; readonly seen: () => void }[] = [];
  const port = new ConsolePort({
    path: 'ttyS1',
    baud: 115_200,
    node: 'nodea',
    command: program,
    log: (level, text) => logged.push(`${level}: ${text}`),
    open: (_, heard) => {
      listener = heard;
      return {
        write: async (bytes) => {
          shown += Buffer.from(bytes).toString();
          for (const { for: wanted, seen } of waiting) if (wanted.test(shown)) seen();
          return true;
        },
        close: async () => undefined,
      };
    },
  });
  t.teardown(() => port.close());
  return {
    logged,
    shown: () => shown,
    type: (text: string) => listener?.received(Buffer.from(text)),
    fault: (text: string | null) => listener?.faulted(text),
    until: (wanted: RegExp) =>
      new Promise<void>((seen) => (wanted.test(shown) ? seen() : waiting.push({ for: wanted, seen }))),
  };
}

const menu = ['/bin/sh', '-c', 'echo menu; while read -r line; do echo "did $line"; done; echo bye'] as const;

t.test('Enter brings the menu, which hears what is typed; its end brings the invitation', async (t) => {
  const it = terminal(t, ['/bin/sh', '-c', 'echo menu; read -r line; echo "did $line"']);
  it.type('noise\x00\xff');
  it.type('\r');
  await it.until(/menu/);
  it.type('status\n');
  await it.until(/press Enter/);
  t.equal(
    it.shown().replaceAll('\r', ''),
    'menu\ndid status\n\nnodea: press Enter for the console of Twinbeat.\n',
  );
});

t.test('a port that goes away ends the session', async (t) => {
  const it = terminal(t, menu);
  it.type('\n');
  await it.until(/menu/);
  it.fault('ttyS1: hung up');
  await it.until(/press Enter/);
  t.notMatch(it.shown(), /bye/, 'the program was ended');
  t.match(it.logged, ['info: console: the menu is on ttyS1 (115200 baud)', 'WARN: console: ttyS1: hung up']);
});

t.test('what is typed ahead without end is dropped, and the session goes on', async (t) => {
  const it = terminal(t, [
    '/bin/sh',
    '-c',
    'echo menu; sleep 0.3; while read -r line; do echo heard $(printf %s "$line" | wc -c); done',
  ]);
  it.type('\n');
  await it.until(/menu/);
  const typed = 1_000_000;
  for (let n = 0; n < typed; n += 1000) it.type('x'.repeat(1000));
  const enter = setInterval(() => it.type('\n'), 100);
  await it.until(/heard 0/);
  clearInterval(enter);
  const [, heard] = /heard (\d+)/.exec(it.shown()) ?? [];
  t.ok(Number(heard) > 0 && Number(heard) < typed, `${heard} of ${typed}`);
  it.fault('gone');
  await it.until(/press Enter/);
});

t.test('a program that cannot be started is told of', async (t) => {
  const it = terminal(t, ['/nowhere/twinbeat']);
  it.type('\r');
  await it.until(/press Enter/);
  t.match(it.logged.at(-1), /ERROR: the console cannot be started: .*ENOENT/);
});
