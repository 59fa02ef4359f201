import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { check } from '../../firmware-agent/console/commands/check.ts';
import { GOOD_CF, load, MACHINE, type Machine, said } from './support/fake-probe.ts';

t.test('a login on the cable is refused where it is sure to be there', async (st) => {
  const wanted = 'getty.target.wants/serial-getty@ttyS0.service';
  const unit = '/etc/systemd/system/serial-getty@ttyS0.service';
  const inittab = (text: string): Machine => ({ files: { ...MACHINE.files, '/etc/inittab': text } });
  const systemd = (...paths: string[]): Machine => ({
    ...inittab('T0:23:respawn:/sbin/getty -L ttyS0 115200\n'),
    directories: ['/run/systemd/system'],
    disks: paths,
  });
  const disable = '"systemctl disable --now serial-getty@ttyS0.service"';
  const cases: [string, Machine, string | null][] = [
    ['enabled', systemd(`/etc/systemd/system/${wanted}`), disable],
    ['made at boot', systemd(`/run/systemd/generator/${wanted}`), disable],
    ['masked', { ...systemd(`/etc/systemd/system/${wanted}`), links: { [unit]: '/dev/null' } }, null],
    ['an inittab that nobody reads', systemd(), null],
    [
      'inittab',
      inittab('T0:23:respawn:/sbin/getty -L ttyS0 115200 vt100\n'),
      '("T0:23:respawn:/sbin/getty -L ttyS0',
    ],
    ['inittab of busybox', inittab('ttyS0::askfirst:/bin/sh\n'), 'remove its line from /etc/inittab'],
    ['a device by its path', inittab('x:23:respawn:/sbin/getty 9600 /dev/ttyS0\n'), 'remove its line'],
    ['another port', inittab('T1:23:respawn:/sbin/getty -L ttyS1 115200\n'), null],
    ['commented out', inittab('#T0:23:respawn:/sbin/getty -L ttyS0 115200\n'), null],
    ['switched off', inittab('T0:23:off:/sbin/getty -L ttyS0 115200\n'), null],
    [
      'whatever started it',
      { sessions: { '/dev/ttyS0': { pid: 321, name: 'agetty' } } },
      'end agetty (process 321) there, and what starts it',
    ],
    ['somewhere else', { sessions: { '/dev/ttyS1': { pid: 321, name: 'agetty' } } }, null],
  ];
  for (const [name, machine, mend] of cases) {
    const lines = said(load({ cf: `${GOOD_CF}serial /dev/ttyS0\n` }, machine));
    const start =
      'ha.cf:4:8: error: serial: /dev/ttyS0 is where a login waits, which would speak into the heartbeat cable: ';
    if (mend === null) st.strictSame(lines, [], name);
    else
      st.ok(
        lines.length === 1 && lines[0]?.startsWith(start) && lines[0].includes(mend),
        `${name}: ${lines}`,
      );
  }
});

t.test('a console of the kernel is refused, by whatever name it is written', async (st) => {
  const byId = '/dev/serial/by-id/usb-one';
  const refused = (port: string, active: string, commandLine: string) => {
    const links = { [byId]: '/dev/ttyUSB0' };
    const devices = ['/dev/ttyS0', '/dev/ttyUSB0', byId];
    const files = {
      ...MACHINE.files,
      '/sys/class/tty/console/active': active,
      '/proc/cmdline': commandLine,
    };
    return said(load({ cf: `${GOOD_CF}serial ${port}\n` }, { files, links, devices })).join('\n');
  };
  const start = (port: string) =>
    `ha.cf:4:8: error: serial: ${port} is a console of the kernel, which would speak into the heartbeat cable: `;
  const remove = (name: string) =>
    `remove "console=${name}" from the kernel's command line, and a login on it, or use another port`;
  st.equal(
    refused('/dev/ttyS0', 'tty0 ttyS0\n', 'quiet console=tty0 console=ttyS0,115200n8'),
    start('/dev/ttyS0') + remove('ttyS0'),
  );
  st.equal(refused(byId, 'tty0 ttyUSB0\n', 'console=ttyUSB0'), start(byId) + remove('ttyUSB0'));
  st.equal(
    refused('/dev/ttyUSB0', 'tty0\n', 'console=ttyUSB0,9600 quiet'),
    start('/dev/ttyUSB0') + remove('ttyUSB0'),
    'the adapter was plugged in after the kernel started',
  );
  st.equal(
    refused('/dev/ttyS0', 'ttyS0\n', 'quiet xconsole=ttyS0'),
    `${start('/dev/ttyS0')}name another terminal on the kernel's command line, as in "console=tty0", or use another port`,
    'a kernel without a screen takes the first port that it finds',
  );
  st.equal(refused('/dev/ttyS0', 'tty0\n', 'console=tty0 console=ttyS01'), '');
});

t.test('one port by two names is one medium', async (st) => {
  const byId = '/dev/serial/by-id/usb-one';
  const machine = { devices: ['/dev/ttyUSB0', byId], links: { [byId]: '/dev/ttyUSB0' } };
  const verdict = load({ cf: `${GOOD_CF}serial /dev/ttyUSB0\nserial ${byId}\n` }, machine);
  st.strictSame(said(verdict), [
    'ha.cf:5:8: warning: this is the same medium as in line 4: not used twice, delete it',
  ]);
  st.strictSame(
    verdict.config?.media.map(({ name }) => name),
    ['eth1', '/dev/ttyUSB0'],
  );
});

t.test('an adapter that is not plugged in keeps nobody from starting', async (st) => {
  const verdict = load({ cf: `${GOOD_CF}serial /dev/serial/by-id/usb-one\n` });
  st.match(said(verdict), [/^ha\.cf:4:8: warning: serial: there is no .* until the adapter is plugged in/]);
  st.match(verdict.config?.media, [{}, { kind: 'serial', path: '/dev/serial/by-id/usb-one' }]);
});

t.test('bcast needs a broadcast address', async (st) => {
  const broadcastless = ['lo', 'eth0'];
  st.match(said(load({ cf: `${GOOD_CF}bcast eth0\nucast eth0 10.0.0.9\n` }, { broadcastless })), [
    'ha.cf:4:7: warning: bcast: eth0 has no broadcast address, so the link stays down: give it one as in ' +
      '"ip addr add ADDRESS/PREFIX brd + dev eth0", or write "ucast eth0 ADDRESS"',
    /^ha\.cf:5:7: warning: eth0 is used by line 4 too/,
  ]);
});

t.test('quotes are no quotes in the other files either', async (st) => {
  const warning =
    'quotes are taken as part of the value: the key has them, too; leave them out on both nodes if it should not';
  const keys = load({ authkeys: 'auth 1\n1 sha1 "quoted"\n' });
  st.strictSame(said(keys), [`authkeys:2:8: warning: ${warning}`]);
  st.equal(keys.config?.keys.signing.secret, '"quoted"');
  const resources = load({ haresources: 'nodea "10.99.0.1" IPaddr::10.99.0.2/24/eth0\n' });
  st.strictSame(said(resources), [
    'haresources:1:7: error: "10.99.0.1": quotes are taken as part of the value: write 10.99.0.1 without them',
  ]);
});

t.test('one key signs', async (st) => {
  const verdict = load({ authkeys: 'auth 1 2\n1 sha1 a\n2 sha1 b\n' });
  st.match(said(verdict), [/^authkeys:1:8: warning: the rest of the line is ignored: one key signs/]);
  st.equal(verdict.config?.keys.signing.index, 1);
});

t.test(
  'check asks the machine for broadcast addresses, and does without where it cannot tell',
  async (st) => {
    const configDir = st.testdir({
      'ha.cf': 'node nodea nodeb\nauto_failback on\nbcast lo\n',
      authkeys: 'auth 1\n1 sha1 secret\n',
      haresources: 'nodea 10.0.0.100/24/lo\n',
    });
    chmodSync(join(configDir, 'authkeys'), 0o600);
    const checked = async (broadcastless: () => Promise<readonly string[]>) => {
      const err: string[] = [];
      const code = await check(
        { configDir, stateDir: configDir, runDir: configDir, node: 'nodea' },
        {
          terminal: { out() {}, err: (line) => err.push(line), screen: null },
          machine: { serialPorts: async () => [], broadcastless, neighbour: async () => ({ reason: '' }) },
          runAgent: async () => 1,
          startDaemon: async () => 1,
          becomeAgent() {},
        },
      );
      return { code, err };
    };
    st.match(await checked(async () => ['lo']), {
      code: 0,
      err: [/^ha\.cf:3:7: warning: bcast: lo has no broadcast/],
    });
    st.strictSame(
      await checked(async () => {
        throw new Error('no addon');
      }),
      { code: 0, err: ['broadcast addresses are not checked: no addon'] },
    );
  },
);
