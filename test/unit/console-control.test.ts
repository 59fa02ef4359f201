import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { request } from '../../firmware-agent/console/control-client.ts';
import { type ControlHandlers, socketPath } from '../../firmware-agent/console/control-protocol.ts';
import {
  type ControlServerOptions,
  startControlServer,
} from '../../firmware-agent/console/control-server.ts';
import { groupId } from '../../firmware-agent/console/group-id.ts';
import { callerOf } from '../../hw/caller.ts';
import { type Asker, askAs } from './support/ask-as.ts';
import { healthy } from './support/healthy-report.ts';

const handlers: ControlHandlers = {
  status: () => healthy,
  async confirm() {
    return { ok: true, text: 'confirmed' };
  },
  fenceAck: async (node) => ({ ok: true, text: `${node} is off` }),
  async standby(set, progress) {
    progress('giving up');
    progress('nodeb has them');
    return { ok: true, text: `standby of ${set} done` };
  },
  async takeover() {
    return { ok: false, text: 'the peer is dead' };
  },
};

/** Not tap's own: a socket's path is short. */
function shortDir(t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'twinbeat-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function agent(t: Test, more: Partial<ControlServerOptions> = {}) {
  const runDir = more.runDir ?? shortDir(t);
  const reports: string[] = [];
  const server = await startControlServer({
    api: {},
    callerOf,
    runDir,
    handlers,
    report: (text) => reports.push(text),
    ...more,
  });
  t.teardown(() => server.close());
  return { runDir, reports, server };
}

/** Sends raw bytes and gathers the lines that come back until the agent hangs up or `count` came. */
async function raw(
  runDir: string,
  bytes: string | Uint8Array,
  count = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  const socket = connect(socketPath(runDir));
  let text = '';
  const ended = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.split('\n').length > count) resolve();
    });
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
  });
  if (Number.isFinite(count)) socket.write(bytes);
  else socket.end(bytes);
  await ended;
  socket.destroy();
  return text.split('\n').filter((line) => line !== '');
}

t.test('status, standby and takeover', async (t) => {
  const { runDir } = await agent(t);
  t.strictSame(await request(runDir, { command: 'status' }), { kind: 'status', status: healthy });
  const progress: string[] = [];
  const standby = { command: 'standby', set: 'local' } as const;
  t.strictSame(await request(runDir, standby, { progress: (text) => progress.push(text) }), {
    kind: 'answer',
    answer: { ok: true, text: 'standby of local done' },
  });
  t.strictSame(progress, ['giving up', 'nodeb has them']);
  t.strictSame(await request(runDir, { command: 'takeover', set: 'all' }), {
    kind: 'answer',
    answer: { ok: false, text: 'the peer is dead' },
  });
});

t.test('the protocol on the wire', async (t) => {
  const { runDir } = await agent(t);
  t.strictSame(await raw(runDir, '{"command":"confirm"}\n'), ['{"ok":true,"text":"confirmed"}']);
  t.strictSame(await raw(runDir, '{"command":"fence-ack","node":"nodeb"}\n'), [
    '{"ok":true,"text":"nodeb is off"}',
  ]);
  t.match(await raw(runDir, '{"command":"fence-ack"}\n'), [/"ok":false.*fence-ack has no node/]);
  t.strictSame(await raw(runDir, '{"command":"standby"}\n\n{"command":"takeover","set":"foreign"}\n'), [
    '{"progress":"giving up"}',
    '{"progress":"nodeb has them"}',
    '{"ok":true,"text":"standby of all done"}',
    '{"ok":false,"text":"the peer is dead"}',
  ]);
});

t.test('what is no request is answered with the mend', async (t) => {
  const { runDir } = await agent(t);
  const answers = await raw(
    runDir,
    Buffer.concat([
      Buffer.from('hello\n[]\nnull\n{"command":"reboot"}\n{"command":NaN}\n{}\n'),
      Buffer.from('{"command":"standby","set":"everything"}\n{"command":"standby","set":null}\n'),
      Buffer.from([0xff, 0x00, 0x1b, 0x0a]),
      Buffer.from('{"command":"status"}\n'),
    ]),
  );
  const texts = answers.slice(0, -1).map((line) => JSON.parse(line) as { ok: boolean; text: string });
  t.ok(texts.every((answer) => !answer.ok));
  t.strictSame(
    texts.map((answer) => answer.text),
    [
      'not JSON: write one request a line, as in {"command":"status"}',
      'not a JSON object: write {"command":"status"}',
      'not a JSON object: write {"command":"status"}',
      'unknown command "reboot": the commands are status, standby, takeover, confirm, fence-ack, announce, cable, note, password',
      'not JSON: write one request a line, as in {"command":"status"}',
      'unknown command none: the commands are status, standby, takeover, confirm, fence-ack, announce, cable, note, password',
      'unknown set "everything": the sets are all, local, foreign, failback',
      'unknown set null: the sets are all, local, foreign, failback',
      'not JSON: write one request a line, as in {"command":"status"}',
    ],
  );
  t.strictSame(JSON.parse(answers.at(-1) ?? ''), { ok: true, status: healthy }, 'and it goes on');
});

t.test('a line that is too long ends the connection, not the agent', async (t) => {
  const { runDir } = await agent(t);
  const fits = `{"command":"status","x":"${'x'.repeat(60_000)}"}\n`;
  t.equal((await raw(runDir, fits)).length, 1);
  for (const end of ['', '\n{"command":"status"}\n']) {
    t.strictSame(await raw(runDir, 'x'.repeat(65_536) + end), [
      '{"ok":false,"text":"a request has at most 65536 bytes"}',
    ]);
  }
  t.equal((await request(runDir, { command: 'status' })).kind, 'status');
});

t.test('at most 32 connections', async (t) => {
  const { runDir } = await agent(t);
  const sockets: Socket[] = [];
  for (let i = 0; i < 32; i += 1) {
    const socket = connect(socketPath(runDir));
    await once(socket, 'connect');
    sockets.push(socket);
  }
  t.strictSame(await request(runDir, { command: 'status' }), {
    kind: 'answer',
    answer: { ok: false, text: '32 connections are open already' },
  });
  const [first] = sockets;
  first?.destroy();
  // The agent sees it go in its own time.
  let outcome = await request(runDir, { command: 'status' });
  for (let i = 0; i < 100 && outcome.kind !== 'status'; i += 1)
    outcome = await request(runDir, { command: 'status' });
  t.equal(outcome.kind, 'status', 'one place is free again');
  for (const socket of sockets) socket.destroy();
});

t.test('an idle connection is ended, one that waits for its answer is not', async (t) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow: ControlHandlers = {
    ...handlers,
    async standby() {
      await released;
      return { ok: true, text: 'at last' };
    },
  };
  const { runDir } = await agent(t, { idle: 50, handlers: slow });
  const waiting = request(runDir, { command: 'standby', set: 'all' });
  t.strictSame(await raw(runDir, '', 1), [], 'ended without a word');
  release();
  t.match(await waiting, { kind: 'answer', answer: { ok: true, text: 'at last' } });
});

t.test('a handler that fails is told to the caller and to the log', async (t) => {
  const failing = {
    ...handlers,
    standby: () => Promise.reject(new Error('out of luck')),
    status: () => {
      throw new Error('no state');
    },
  };
  const { runDir, reports } = await agent(t, { handlers: failing });
  t.match(await request(runDir, { command: 'standby', set: 'all' }), {
    answer: { ok: false, text: 'standby failed: out of luck' },
  });
  t.match(await request(runDir, { command: 'status' }), {
    answer: { ok: false, text: 'status failed: no state' },
  });
  t.strictSame(reports, ['standby failed: out of luck', 'status failed: no state']);
});

t.test('a caller that leaves in the middle harms nobody', async (t) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = () => {};
  const begun = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const slow: ControlHandlers = {
    ...handlers,
    async standby(_set, progress) {
      asked();
      await released;
      for (let i = 0; i < 1000; i += 1) progress('x'.repeat(1000));
      return { ok: true, text: 'done' };
    },
  };
  const { runDir, reports } = await agent(t, { handlers: slow });
  const socket = connect(socketPath(runDir));
  socket.write('{"command":"standby"}\n');
  await begun;
  socket.destroy();
  release();
  t.equal((await request(runDir, { command: 'status' })).kind, 'status');
  t.strictSame(reports, []);
});

t.test('mode and group of the socket; nothing is left at the end', async (t) => {
  const mine = process.getgid?.() ?? 0;
  // Only root may give a file to any group.
  const group = process.getuid?.() === 0 ? 4242 : mine;
  const { runDir, server, reports } = await agent(t, { groupId: group });
  const { mode, gid } = statSync(socketPath(runDir));
  t.equal(mode & 0o7777, 0o660);
  t.equal(gid, group);
  t.strictSame(reports, []);
  await server.close();
  t.strictSame(readdirSync(runDir), []);
});

t.test('the number of a group', async (t) => {
  const dir = t.testdir({ group: 'root:x:0:\nhaclient2:x:7:\nhaclient:x:112:hacluster\nbad:x:y:\n' });
  t.equal(groupId('haclient', join(dir, 'group')), 112);
  t.equal(groupId('bad', join(dir, 'group')), undefined);
  t.equal(groupId('nobody-here', join(dir, 'group')), undefined);
  t.equal(groupId('haclient', join(dir, 'missing')), undefined);
});

t.test('the socket of a dead agent is replaced, that of a live one is not', async (t) => {
  const runDir = shortDir(t);
  // A process that dies without a chance to tidy up.
  const script = `require('net').createServer().listen(${JSON.stringify(socketPath(runDir))}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', script]), 'exit');
  t.ok(existsSync(socketPath(runDir)), 'it left its socket');
  await agent(t, { runDir });
  t.equal((await request(runDir, { command: 'status' })).kind, 'status');
  await t.rejects(agent(t, { runDir }), { message: 'another agent runs here (pid 412)' });
  t.equal((await request(runDir, { command: 'status' })).kind, 'status', 'the live one still answers');
});

t.test('a file in the place of the socket is replaced, a frozen agent respected', async (t) => {
  const runDir = shortDir(t);
  writeFileSync(socketPath(runDir), '');
  const { server } = await agent(t, { runDir });
  await server.close();
  const frozen = createServer();
  frozen.listen(socketPath(runDir));
  await once(frozen, 'listening');
  t.teardown(() => frozen.close());
  await t.rejects(agent(t, { runDir }), {
    message: /^another agent runs here: it holds .* does not tell its pid$/,
  });
});

t.test('a run directory too long for a socket', async (t) => {
  const runDir = join(shortDir(t), 'x'.repeat(100));
  await t.rejects(agent(t, { runDir }), {
    message: /too long for a unix socket: choose a shorter run directory/,
  });
});

t.test('what the client says when there is no answer', async (t) => {
  const runDir = shortDir(t);
  t.match(await request(runDir, { command: 'status' }), {
    kind: 'failed',
    reason: 'not running',
    text: `no agent answers on ${runDir}/twinbeat.sock: start it with \`twinbeat run\``,
  });
  let answer = '';
  const other = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    if (answer === 'hang up') socket.destroy();
    else socket.write(answer);
  });
  other.listen(socketPath(runDir));
  await once(other, 'listening');
  t.teardown(() => other.close());
  const ask = (text: string, limit = 5000) => {
    answer = text;
    return request(runDir, { command: 'status' }, { limit });
  };
  t.match(await ask('', 20), { reason: 'no answer', text: /did not answer within 0.02 s$/ });
  t.match(await ask('hang up'), { reason: 'no answer' });
  t.match(await ask('220 mail ready\n'), { reason: 'misunderstood' });
  t.match(await ask('7\n'), { reason: 'misunderstood' });
  t.match(await ask('{"ok":true}\n'), { reason: 'misunderstood' });
  t.match(await ask('x'.repeat(2 * 1024 * 1024)), { reason: 'misunderstood' }, 'and it reads no megabytes');
});

const withoutRoot = process.getuid?.() !== 0 && 'needs root';
const nobody = { uid: 65534, gid: 65534 };

t.test('a socket that this user may not use', { skip: withoutRoot }, async (t) => {
  const { runDir } = await agent(t);
  const outcome = await askAs(nobody, runDir, { command: 'status' });
  t.match(outcome, { reason: 'forbidden', text: /root and members of the group haclient/ });
});

t.test('who asks is judged by apiauth', { skip: withoutRoot }, async (t) => {
  const api = {
    anon: { uids: [], gids: [4242], text: 'gid=monitors' },
    snmp: { uids: [65534], gids: [], text: 'uid=nobody' },
  };
  const { runDir, server } = await agent(t, { api });
  chmodSync(runDir, 0o755);
  const mode = () => statSync(socketPath(runDir)).mode & 0o777;
  const ask = (who: Asker, client?: string) =>
    askAs(who, runDir, { command: 'status', ...(client !== undefined && { client }) });
  const forbidden = { kind: 'failed', reason: 'forbidden', text: /user 65534 may not ask the agent/ };
  t.equal(mode(), 0o666, 'anybody may knock');
  t.match(await ask(nobody), { ...forbidden, text: /apiauth in ha.cf admits gid=monitors; root may$/ });
  t.match(await ask({ ...nobody, groups: [7, 4242] }), { kind: 'status' }, 'a member of the group');
  t.match(await ask({ uid: 65534, gid: 4242 }), { kind: 'status' }, 'whose own group it is');
  t.match(await ask(nobody, 'snmp'), { kind: 'status' });
  t.match(await ask({ ...nobody, groups: [4242] }, 'snmp'), { kind: 'status' }, 'one of both is enough');
  t.match(await ask({ uid: 4000, gid: 4000 }, 'snmp'), { kind: 'failed', reason: 'forbidden' });
  t.match(await ask(nobody, 'pager'), { ...forbidden, text: /does not name "pager", nor a default/ });
  t.match(await askAs(nobody, runDir, { command: 'takeover', set: 'all' }), forbidden, 'commands alike');
  t.match(await request(runDir, { command: 'status', client: 'pager' }), { kind: 'status' }, 'root may');

  server.admit({ default: { uids: [65534], gids: [], text: 'uid=nobody' } });
  t.match(await ask(nobody, 'pager'), { kind: 'status' });
  server.admit({ anon: { uids: [0], gids: [], text: 'uid=root' } });
  t.equal(mode(), 0o660);
});

t.test('what consoles ask for', async (t) => {
  const asked: string[] = [];
  const { runDir } = await agent(t, {
    handlers: {
      ...handlers,
      console: {
        announce: async () => ({ ok: true, text: 'announced' }),
        cable: async (link, progress) => {
          progress('the modem lines');
          return { ok: link !== 'none', text: `examined ${link}` };
        },
        note: async (port, text) => {
          asked.push(`${port}: ${text}`);
          return { ok: true, text: 'noted' };
        },
        password: async (_port, password) =>
          password === 'right' ? { ok: true, text: 'right' } : { ok: false, text: 'wrong', wait: 1000 },
      },
    },
  });
  const answers = [
    '{"command":"announce"}',
    '{"command":"note","port":"/dev/ttyS1","text":"status"}',
    '{"command":"note","port":"/dev/ttyS1"}',
    '{"command":"password","port":"/dev/ttyS1","password":"right"}',
    '{"command":"password","port":"/dev/ttyS1","password":5}',
    '{"command":"password"}',
    '{"command":"cable","link":"/dev/ttyS0"}',
    '{"command":"cable"}',
    '{"command":"cable","link":5}',
  ];
  t.strictSame(
    (await raw(runDir, `${answers.join('\n')}\n`)).map((line) => JSON.parse(line)),
    [
      { ok: true, text: 'announced' },
      { ok: true, text: 'noted' },
      { ok: false, text: 'note has no text: write one' },
      { ok: true, text: 'right' },
      { ok: false, text: 'the password is no text' },
      { ok: false, text: 'password has no port: write where the console is' },
      { progress: 'the modem lines' },
      { ok: true, text: 'examined /dev/ttyS0' },
      { progress: 'the modem lines' },
      { ok: true, text: 'examined undefined' },
      { ok: false, text: 'the link is no text: write its port' },
    ],
  );
  t.strictSame(asked, ['/dev/ttyS1: status']);
  t.strictSame(await request(runDir, { command: 'password', port: 'x' }), {
    kind: 'answer',
    answer: { ok: false, text: 'wrong', wait: 1000 },
  });
  const plain = await agent(t);
  t.match(await raw(plain.runDir, '{"command":"announce"}\n'), [/nothing for consoles/]);
});
