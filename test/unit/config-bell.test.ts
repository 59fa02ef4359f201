import t from 'tap';
import { GOOD_CF, load, type Machine, said, valid } from './support/fake-probe.ts';

const SERIAL_CF = `${GOOD_CF}serial /dev/ttyS0\n`;
const ACTIVE = '/sys/class/tty/console/active';

/** A machine whose console is there, at these terminals. */
function consoleAt(active: string, links: Machine['links'] = {}): Machine {
  const devices = ['/dev/console', '/dev/ttyS0', '/dev/ttyS1', '/dev/tty0', '/dev/serial/by-id/one'];
  return { devices, files: { [ACTIVE]: active }, links };
}

t.test('the console unless told, and no word where there is none', async (st) => {
  st.equal(valid(load({})).bell, '/dev/console');
  const without = load({}, { devices: [] });
  st.equal(valid(without).bell, null);
  st.same(said(without), []);
  st.same(said(load({}, { devices: [], files: { '/dev/console': 'a file' } })), []);
});

t.test('on, off and a terminal', async (st) => {
  for (const [bell, expected] of [
    ['on', '/dev/console'],
    ['Yes', '/dev/console'],
    ['off', null],
    ['/dev/tty1', '/dev/tty1'],
    ['/dev/usb-console', '/dev/usb-console'],
  ] as const) {
    st.equal(valid(load({ twinbeat: `bell ${bell}\n` })).bell, expected, bell);
  }
  st.match(said(load({ twinbeat: 'bell on\n' }, { devices: [] })), [
    /^twinbeat.cf:1:6: warning: bell: there is no \/dev\/console now/,
  ]);
});

const CONSOLE_REFUSED = /^ha.cf:4:8: error: serial: \/dev\/\S+ is a console of the kernel/;
const NO_BELL =
  /^twinbeat.cf:1:6: warning: bell: .* is the serial port in line 4 of ha.cf: .* so there is none: write "bell off"/;
const CABLES = [SERIAL_CF, SERIAL_CF.replace('ttyS0', 'serial/by-id/one')];

t.test('never into the heartbeat cable, by whatever name', async (st) => {
  const machine = consoleAt('tty0\n', { '/dev/serial/by-id/one': '/dev/ttyS0' });
  for (const cf of CABLES) {
    for (const device of ['/dev/ttyS0', '/dev/serial/by-id/one']) {
      const verdict = load({ cf, twinbeat: `bell ${device}\n` }, machine);
      st.equal(valid(verdict).bell, null, device);
      st.match(said(verdict), [NO_BELL], device);
    }
    st.same(said(load({ cf, twinbeat: 'bell off\n' }, machine)), []);
    st.equal(valid(load({ cf, twinbeat: 'bell /dev/ttyS1\n' }, machine)).bell, '/dev/ttyS1');
  }
});

t.test('nor by way of the console, where the cable is refused besides', async (st) => {
  const machine = consoleAt('tty0 ttyS0\n', { '/dev/serial/by-id/one': '/dev/ttyS0' });
  for (const cf of CABLES) {
    st.match(said(load({ cf }, machine)), [CONSOLE_REFUSED]);
    st.match(said(load({ cf, twinbeat: 'bell on\n' }, machine)), [CONSOLE_REFUSED, NO_BELL]);
    st.match(said(load({ cf, twinbeat: 'bell off\n' }, machine)), [CONSOLE_REFUSED]);
  }
});

t.test('of several consoles /dev/console is the last', async (st) => {
  for (const active of ['ttyS1\n', '']) {
    const verdict = load({ cf: SERIAL_CF }, consoleAt(active));
    st.equal(valid(verdict).bell, '/dev/console', active);
    st.same(said(verdict), []);
  }
  const verdict = load({ cf: SERIAL_CF, twinbeat: 'bell on\n' }, consoleAt('ttyS0 tty0\n'));
  st.match(said(verdict), [CONSOLE_REFUSED], 'the bell has a console of its own');
});
