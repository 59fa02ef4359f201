import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { CommandContext, Directories } from '../../firmware-agent/console/command-context.ts';
import { twinbeat } from '../../firmware-agent/console/command-line.ts';
import { watch } from '../../firmware-agent/console/commands/watch.ts';
import { type ControlServer, startControlServer } from '../../firmware-agent/console/control-server.ts';
import type { StatusReport } from '../../firmware-agent/console/report.ts';
import type { PaintedTerminal } from '../../firmware-agent/console/screen-painter.ts';
import { callerOf } from '../../hw/caller.ts';
import { healthy } from './support/healthy-report.ts';

process.env.TZ = 'UTC';

/** A terminal that keeps what it is told, and a machine with one neighbour. */
function context(screen: PaintedTerminal | null = null) {
  const lines: string[] = [];
  const errors: string[] = [];
  const asked: string[] = [];
  const ran: Directories[] = [];
  const it: CommandContext = {
    terminal: { out: (line) => lines.push(line), err: (line) => errors.push(line), screen },
    machine: {
      serialPorts: async () => [],
      broadcastless: async () => [],
      neighbour: async (address) => {
        asked.push(address);
        return address === '10.0.0.100' ? { mac: 'aa:bb:cc:dd:ee:ff' } : { reason: 'no answer' };
      },
    },
    runAgent: async (directories) => {
      ran.push(directories);
      return 7;
    },
    startDaemon: async () => 0,
    becomeAgent: () => {},
  };
  return { it, lines, errors, asked, ran };
}

async function agent(t: Test, status: () => StatusReport, runDir = shortDir(t)) {
  const server: ControlServer = await startControlServer({
    api: {},
    callerOf,
    runDir,
    report: (text) => t.fail(text),
    handlers: {
      status,
      async confirm() {
        return { ok: false, text: 'nothing waits' };
      },
      fenceAck: async (node) => ({ ok: node === 'nodeb', text: `asked for ${node}` }),
      async standby(set, progress) {
        progress('give up all HA resources (standby).');
        return { ok: set !== 'foreign', text: set === 'foreign' ? 'nothing foreign is held here' : 'done' };
      },
      takeover: async (set) => ({ ok: true, text: `took over ${set}` }),
    },
  });
  t.teardown(() => server.close());
  return { runDir, server };
}

/** Not tap's own: a socket's path is short. */
function shortDir(t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'twinbeat-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The healthy pair seen from the other side: nothing runs here. */
function elsewhere(): StatusReport {
  const groups = healthy.groups.map((group) => ({
    ...group,
    state: 'stopped' as const,
    resources: [
      ...group.resources.map((resource) => ({ ...resource, state: 'stopped' as const })),
      { text: '10.0.0.7', state: 'stopped' as const, detail: null },
    ],
  }));
  return { ...healthy, groups };
}

t.test('status asks who answers for addresses held elsewhere', async (t) => {
  const { runDir } = await agent(t, elsewhere);
  const { it, lines, asked } = context();
  t.equal(await twinbeat(['status', '--run-dir', runDir], it), 0);
  t.match(lines[0], '  IPaddr::10.0.0.100/24/eth0: stopped, answers at aa:bb:cc:dd:ee:ff\n');
  t.match(lines[0], '  10.0.0.7: stopped, who answers is not known: no answer\n');
  t.strictSame(asked, ['10.0.0.100', '10.0.0.7']);
});

t.test('status does not look up what this node holds', async (t) => {
  const { runDir } = await agent(t, () => healthy);
  const { it, lines, asked } = context();
  t.equal(await twinbeat(['status', '--run-dir', runDir], it), 0);
  t.match(lines[0], '  IPaddr::10.0.0.100/24/eth0: running, answers here\n');
  t.strictSame(asked, []);
});

t.test('status --json is the report, nothing more', async (t) => {
  const { runDir } = await agent(t, elsewhere);
  const { it, lines, asked } = context();
  t.equal(await twinbeat(['status', '--json', '--run-dir', runDir], it), 0);
  t.strictSame(JSON.parse(lines.join('\n')), elsewhere());
  t.strictSame(asked, []);
});

t.test('standby and takeover show progress and end with the answer', async (t) => {
  const { runDir } = await agent(t, () => healthy);
  const { it, lines, errors } = context();
  t.equal(await twinbeat(['standby', '--run-dir', runDir], it), 0);
  t.equal(await twinbeat(['takeover', 'local', '--run-dir', runDir], it), 0);
  t.strictSame(lines, ['give up all HA resources (standby).', 'done', 'took over local']);
  t.equal(await twinbeat(['standby', 'foreign', '--run-dir', runDir], it), 1);
  t.strictSame(errors, ['nothing foreign is held here']);
  t.equal(await twinbeat(['takeover', '--confirm', '--run-dir', runDir], it), 1);
  t.strictSame(errors, ['nothing foreign is held here', 'nothing waits']);
  t.equal(await twinbeat(['fence-ack', 'nodeb', '--run-dir', runDir], it), 0);
  t.equal(lines.at(-1), 'asked for nodeb');
  t.equal(await twinbeat(['fence-ack', 'nodec', '--run-dir', runDir], it), 1);
  t.equal(errors.at(-1), 'asked for nodec');
});

t.test('without an agent every command says how to start it', async (t) => {
  const runDir = shortDir(t);
  for (const words of [['status'], ['status', '--watch'], ['standby'], ['takeover', 'all']]) {
    const { it, errors, lines } = context();
    t.equal(await twinbeat([...words, '--run-dir', runDir], it), 1);
    t.match(errors, [/^no agent answers on .*: start it with `twinbeat run`/]);
    t.strictSame(lines, []);
  }
});

t.test('run hands its directories to the agent and ends with its code', async (t) => {
  const { it, ran } = context();
  t.equal(await twinbeat(['run', '--config-dir', '/c', '--node', 'nodea'], it), 7);
  t.match(ran, [
    { configDir: '/c', stateDir: '/var/lib/heartbeat', runDir: '/run/heartbeat', node: 'nodea' },
  ]);
  await twinbeat(['run'], it);
  t.notOk('node' in (ran[1] ?? {}));
});

t.test('--watch into a file: one block for each change', async (t) => {
  const stop = new AbortController();
  let asked = 0;
  const { runDir } = await agent(t, () => {
    asked += 1;
    if (asked === 6) stop.abort();
    // Ages and counters move all the time; the peer changes at the fourth look.
    return {
      ...healthy,
      uptime: asked * 1000,
      links: healthy.links.map((link) => ({ ...link, lastHeard: asked, received: asked, sent: asked })),
      peer: { ...healthy.peer, lastHeartbeat: asked, status: asked < 4 ? 'active' : 'dead' },
    };
  });
  const { it, lines } = context();
  const directories = { configDir: '', stateDir: '', runDir };
  t.equal(await watch(directories, stop.signal, it, 1), 0);
  t.equal(lines.length, 2);
  t.match(lines[0], /^Twinbeat .*up 1 s,.*nodeb {2}active/s);
  t.match(lines[1], /^\nTwinbeat .*up 4 s,.*nodeb {2}DEAD/s);
});

t.test('--watch outlives the agent and shows that it is gone', async (t) => {
  const stop = new AbortController();
  const { runDir, server } = await agent(t, () => healthy);
  const { it, lines } = context();
  const terminal = { ...it.terminal, out: (line: string) => seen(line) };
  let closing: Promise<unknown> | undefined;
  const seen = (line: string) => {
    lines.push(line);
    if (lines.length === 1) closing = server.close();
    if (lines.length === 2) closing = closing?.then(() => agent(t, () => healthy, runDir));
    if (lines.length === 3) stop.abort();
  };
  t.equal(await watch({ configDir: '', stateDir: '', runDir }, stop.signal, { terminal }, 1), 0);
  await closing;
  t.match(lines, [/^Twinbeat/, /^\nno agent answers/, /^\nTwinbeat/]);
});

t.test('--watch on a terminal paints, and leaves the cursor below', async (t) => {
  const stop = new AbortController();
  let asked = 0;
  const { runDir } = await agent(t, () => {
    asked += 1;
    if (asked === 3) stop.abort();
    return { ...healthy, uptime: asked * 1000 };
  });
  const writes: string[] = [];
  const { it, lines } = context({ columns: 80, rows: 24, write: (text) => writes.push(text) });
  t.equal(await watch({ configDir: '', stateDir: '', runDir }, stop.signal, it, 1), 0);
  t.strictSame(lines, []);
  const seen = writes.map((text) => text.replaceAll('\x1b', 'ESC'));
  t.match(seen[0], /^ESC\[HESC\[2JESC\[1;1HTwinbeat 0\.1\.0 on nodea/);
  t.match(seen[1], /^ESC\[1;1HTwinbeat .*up 2 s, pid 412ESC\[KESC\[\d+;1H$/, 'one line changed, one is sent');
  t.match(seen.at(-1), /^ESC\[\d+;1H\n$/);
});

t.test('--watch on a terminal rings once for each crit alarm that comes up, elsewhere never', async (t) => {
  const dead = { kind: 'peer-dead', level: 'crit', text: 'nodeb is dead' } as const;
  const alone = { kind: 'isolated', level: 'crit', text: 'nobody is heard' } as const;
  const cable = { kind: 'link-lost', level: 'warning', text: 'eth1 is dead' } as const;
  const looks = [[dead], [dead, cable], [dead, alone], [alone, dead], [alone], [alone, dead], []];
  let asked = 0;
  let stop = new AbortController();
  const { runDir } = await agent(t, () => {
    asked += 1;
    if (asked > looks.length) stop.abort();
    return { ...healthy, uptime: asked * 1000, alarms: looks[asked - 1] ?? [] };
  });
  const look = async (screen: PaintedTerminal | null) => {
    asked = 0;
    stop = new AbortController();
    const { it, lines } = context(screen);
    t.equal(await watch({ configDir: '', stateDir: '', runDir }, stop.signal, it, 1), 0);
    return lines.join('');
  };
  const rung: number[] = [];
  await look({ columns: 80, rows: 24, write: (text) => text.includes('\x07') && rung.push(asked) });
  t.same(rung, [3, 6], 'not for what stood before, nor for a warning');
  const text = await look(null);
  t.match(text, 'ALARM nobody is heard');
  t.notMatch(text, '\x07');
});
