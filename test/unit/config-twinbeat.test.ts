import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Defences, Verdict } from '../../firmware-agent/config/config.ts';
import { loadConfig } from '../../firmware-agent/config/load.ts';
import { systemProbe } from '../../firmware-agent/config/probe.ts';
import { GOOD_CF, load, said, valid } from './support/fake-probe.ts';

const WITNESSED = `${GOOD_CF}ping_group gates 10.0.0.254\n`;

const DEFAULTS: Defences = {
  look: true,
  takeAfter: null,
  takeFromStranger: false,
  releaseIsolated: false,
  defend: true,
  takeoverDelay: 0,
  alarms: [],
};

function defences(twinbeat: string, cf = GOOD_CF): Defences {
  return valid(load({ cf, twinbeat })).defences;
}

t.test('without the file, and with nothing in it, every default is there and nothing is said', async (st) => {
  st.same(valid(load({})).defences, DEFAULTS);
  for (const twinbeat of ['', '# nothing\r\n\n \t\n']) {
    st.same(defences(twinbeat), DEFAULTS);
    st.same(said(load({ twinbeat })), []);
  }
});

t.test('every value arrives', async (st) => {
  const twinbeat = [
    '# what is safe is safe enough',
    '\tlook-before-take\tyes   # indeed',
    'take-after 1.5h',
    'stranger, take',
    'isolation serve',
    'defend No',
    'takeover delay 90s',
    'alarm  /usr/sbin/ring  -n 3,4   \t',
    'alarm mail root  # by post',
  ].join('\r\n');
  st.same(defences(twinbeat, WITNESSED), {
    look: true,
    takeAfter: 5_400_000,
    takeFromStranger: true,
    releaseIsolated: false,
    defend: false,
    takeoverDelay: 90_000,
    alarms: ['/usr/sbin/ring  -n 3,4', 'mail root'],
  });
  st.equal(defences('look-before-take off\n').look, false);
  st.equal(defences('takeover confirm\n').takeoverDelay, null);
  st.equal(defences('takeover delay 5m\ntakeover auto\n').takeoverDelay, 0);
  st.equal(defences('take-after 5m never\n').takeAfter, null);
});

t.test('isolation: released where a ping node tells, else there is nothing to release by', async (st) => {
  for (const ping of ['ping 10.0.0.254', 'ping_group gates 10.0.0.254 10.0.0.253']) {
    const cf = `${GOOD_CF}${ping}\n`;
    st.equal(defences('', cf).releaseIsolated, true);
    st.equal(defences('isolation release\n', cf).releaseIsolated, true);
    st.equal(defences('isolation serve\n', cf).releaseIsolated, false);
  }
  st.equal(defences('isolation serve\n').releaseIsolated, false);
  const verdict = load({ twinbeat: 'isolation release\n' });
  st.match(said(verdict), [
    /^twinbeat.cf:1:11: error: isolation release needs a ping node .*: write "ping ADDRESS" into ha.cf, .* or "isolation serve" here$/,
  ]);
  st.equal(verdict.config, undefined);
});

t.test('a mistake in ha.cf is not held against twinbeat.cf', async (st) => {
  for (const line of ['ping nowhere', 'ping_group gates', 'ping_group gates nowhere', 'deadtime soon']) {
    const cf = `${line.startsWith('ping') ? GOOD_CF : WITNESSED}${line}\n`;
    const lines = said(load({ cf, twinbeat: 'isolation release\ntake-after 10s\n' }));
    st.match(lines[0], /^ha.cf:\d+:\d+: error: /, line);
    st.notMatch(lines.join('\n'), /isolation/, line);
    if (line.startsWith('deadtime')) st.equal(lines.length, 1, lines.join(' | '));
  }
});

t.test('take-after may be as short as deadtime, by which a box that hangs is reset', async (st) => {
  for (const [after, warnings] of [
    ['4999ms', 1],
    ['5s', 0],
  ] as const) {
    const verdict = load({ cf: `${GOOD_CF}deadtime 5\n`, twinbeat: `take-after ${after}\n` });
    st.equal(verdict.diagnostics.length, warnings, said(verdict).join(' | '));
    st.ok(verdict.config);
  }
});

t.test('eight alarms are run, and not nine', async (st) => {
  const lines = Array.from({ length: 9 }, (_, n) => `alarm mail operator${n}\n`);
  st.equal(defences(lines.slice(0, 8).join('')).alarms.length, 8);
  const verdict = load({ twinbeat: lines.join('') });
  st.match(said(verdict), [/^twinbeat.cf:9:7: error: alarm: at most 8 commands are run: put several/]);
  st.equal(verdict.config, undefined);
});

t.test('its mistakes are told with those of the other files', async (st) => {
  const verdict = load({ cf: `${GOOD_CF}keeplive 2\n`, twinbeat: 'defend maybe\n', authkeys: '' });
  st.match(said(verdict), [
    'ha.cf:4:1: error: there is no directive "keeplive"',
    'twinbeat.cf:1:8: error: defend "maybe": write on or off',
    'authkeys: error: ',
  ]);
});

t.test('a directory on this machine', async (st) => {
  const directory = mkdtempSync(join(tmpdir(), `twinbeat-config-${process.pid}-`));
  st.teardown(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(new URL('../configs/centos-pair', import.meta.url), directory, { recursive: true });
  chmodSync(join(directory, 'authkeys'), 0o600);
  const path = join(directory, 'twinbeat.cf');
  const about = (): string[] => said(judge()).filter((line) => line.startsWith('twinbeat.cf'));
  const judge = (): Verdict => loadConfig({ directory, node: 'centos1', probe: systemProbe(['/dev/ttyS0']) });

  st.same(about(), []);
  writeFileSync(path, `alarm /bin/sh -c true\nalarm ${path} twice\n`);
  st.match(about(), [/^twinbeat.cf:2:7: error: alarm: .*twinbeat.cf cannot be run: "chmod \+x" it/]);
  writeFileSync(path, `alarm /bin/sh -c true\nalarm ${directory}/none\n`);
  st.match(about(), [/^twinbeat.cf:2:7: error: alarm: there is no .*\/none on this machine/]);

  rmSync(path);
  mkdirSync(path);
  st.same(about(), [`twinbeat.cf: error: ${path} is a directory: a file of that name is needed`]);
  st.equal(judge().config, undefined);
});
