import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import t from 'tap';
import type { FenceDevice } from '../../firmware-agent/config/config.ts';
import { systemProbe } from '../../firmware-agent/config/probe.ts';
import { fenceProblem } from '../../firmware-agent/fencing/problem.ts';
import { fakeProbe, type Machine } from './support/fake-probe.ts';

const plugins = '/usr/lib/stonith/plugins';
const parameters = '/etc/ha.d/rps10.conf';
const machine: Machine = {
  files: {
    [plugins]: '',
    [`${plugins}/stonith2/rps10.so`]: '',
    [`${plugins}/stonith2/null.so`]: '',
    [`${plugins}/stonith2/suicide.so`]: '',
    [`${plugins}/stonith2/meatware.so`]: '',
    [`${plugins}/external/ours`]: '',
    [parameters]: '/dev/ttyS1 beta 0\n',
    '/opt/fence_ours': '',
  },
  scripts: ['/usr/sbin/stonith', `${plugins}/external/ipmi`, '/usr/sbin/fence_ipmilan', '/opt/fence_other'],
};

/** What is said about a device, `undefined` where nothing. */
function said(device: FenceDevice, differently: Machine = {}): string | undefined {
  const problem = fenceProblem(device, fakeProbe({ ...machine, ...differently }));
  return problem && `${problem.severity}: ${problem.text}`;
}

function stonith(type: string, differently?: Machine): string | undefined {
  return said({ kind: 'stonith', type, parameters: 'beta' }, differently);
}

function agent(program: string, ...options: readonly string[]): string | undefined {
  return said({ kind: 'agent', program, options });
}

t.test('stonith: the command and the plug-in', async (t) => {
  t.equal(stonith('rps10'), undefined);
  t.equal(stonith('external/ipmi'), undefined);
  t.match(stonith('rps10', { scripts: [] }), /^error: there is no stonith .*package cluster-glue/);
  t.match(stonith('rps1'), /^error: stonith has no plug-in rps1 on this machine: .*"stonith -L"/);
  t.match(stonith('ipmi'), /: write external\/ipmi$/);
  t.match(stonith('external/nosuch'), /^error: stonith has no plug-in external\/nosuch/);
  t.match(stonith('external/ours'), /^error: .*external\/ours cannot be run: "chmod \+x" it$/);
  t.match(
    stonith('external/ipmi', { modes: { [`${plugins}/external/ipmi`]: 0o775 } }),
    /^error: .*"chmod go-w \/usr\/lib\/stonith\/plugins\/external\/ipmi"$/,
  );
  t.equal(stonith('rps1', { files: {} }), undefined, 'plug-ins may be somewhere else');
  t.equal(stonith('rhcs/apc'), undefined, 'only the command knows these');
});

t.test('stonith: plug-ins that do not what a box in the field needs', async (t) => {
  t.match(stonith('null'), /^warning: null resets nothing/);
  t.match(stonith('meatware'), /^warning: .*"fence manual"/);
  t.match(stonith('suicide'), /^error: suicide resets this box/);
  t.equal(stonith('toString', { files: {} }), undefined);
});

t.test('stonith: the file with the parameters', async (t) => {
  const file = (path: string, mode = 0o600): string | undefined =>
    said({ kind: 'stonith', type: 'rps10', file: path }, { modes: { [parameters]: mode } });
  t.equal(file(parameters), undefined);
  t.match(file('/etc/ha.d/not'), /^error: there is no \/etc\/ha.d\/not: /);
  t.match(file(parameters, 0o644), /^warning: .*\(mode 644\): "chmod 600 \/etc\/ha.d\/rps10.conf"$/);
  t.match(file(parameters, 0o640), /^warning: /);
});

t.test('an agent: its program and its options', async (t) => {
  t.equal(agent('fence_ipmilan', 'ip=10.0.0.9', 'password=a=b', 'action=Off'), undefined);
  t.equal(agent('/opt/fence_other'), undefined);
  t.match(
    agent('fence_apc'),
    /^error: there is no fence_apc on this machine: install it \(Debian: fence-agents\)/,
  );
  t.match(agent('/opt/fence_ours'), /^error: \/opt\/fence_ours cannot be run: "chmod \+x" it/);
  t.match(agent('fence_ipmilan', 'action=status'), /^error: action=status stops nothing: write action=off /);
  t.match(agent('fence_ipmilan', 'lanplus', 'ip=1'), /^error: option 1 is not NAME=VALUE/);
  t.match(agent('fence_ipmilan', 'ip=1', 'se cret=x'), /^error: option 2 is not NAME=VALUE/);
});

t.test('nothing to say about a human, and here not about a shell command', async (t) => {
  t.equal(said({ kind: 'manual' }), undefined);
  t.equal(said({ kind: 'command', command: '/nosuch' }), undefined);
});

t.test(
  'every type that the stonith command lists is known here',
  {
    skip: existsSync('/usr/sbin/stonith') ? false : 'there is no stonith command here (package cluster-glue)',
  },
  async (t) => {
    const types = spawnSync('/usr/sbin/stonith', ['-L'], { encoding: 'utf8' }).stdout.trim().split('\n');
    t.ok(types.includes('null'));
    const refused = [...types, 'nosuch'].filter(
      (type) =>
        fenceProblem({ kind: 'stonith', type, parameters: '' }, systemProbe([]))?.severity === 'error',
    );
    t.same(refused, ['suicide', 'nosuch']);
  },
);
