import t from 'tap';
import { parseAddress } from '../../firmware-agent/config/address.ts';
import { suggest } from '../../firmware-agent/config/suggest.ts';
import { formatTime, parseLongTime, parseTime, writeTime } from '../../firmware-agent/config/time.ts';
import { Problem, parseBoolean } from '../../firmware-agent/config/values.ts';

function problemOf(value: unknown): string {
  return value instanceof Problem ? value.text : `no problem: ${JSON.stringify(value)}`;
}

t.test('times: seconds without a unit, ms and us with one, rounded to the millisecond', async (st) => {
  for (const [text, ms] of [
    ['2', 2000],
    ['0', 0],
    ['1.5', 1500],
    ['0.0004', 0],
    ['0.0005', 1],
    ['500ms', 500],
    ['500MS', 500],
    ['500msec', 500],
    ['1.6ms', 2],
    ['500us', 1],
    ['400us', 0],
    ['2500Usec', 3],
    ['2147483', 2_147_483_000],
  ] as const) {
    st.equal(parseTime(text), ms, text);
  }
});

t.test('times: what is wrong is answered with what to write', async (st) => {
  for (const [text, said] of [
    ['2s', 'write 2 (seconds) or 2000ms'],
    ['1.5sec', 'write 1.5 (seconds) or 1500ms'],
    ['2m', 'no unit for minutes: write 120 (seconds)'],
    ['1min', 'write 60 (seconds)'],
    ['1h', 'write 3600 (seconds)'],
    ['5x', 'there is no unit "x": write 5 (seconds) or 5ms'],
    ['-1', 'no sign: write 1'],
    ['+1', 'no sign: write 1'],
    ['.5', 'write 0.5'],
    ['5.', 'write seconds'],
    ['1e3', 'write seconds'],
    ['ms', 'write seconds'],
    ['', 'write seconds'],
    ['2147484', 'longer than'],
    ['99999999999999999999', 'longer than'],
  ] as const) {
    st.match(problemOf(parseTime(text)), said, text);
  }
});

t.test('times of twinbeat.cf: those of ha.cf, and seconds, minutes and hours', async (st) => {
  for (const [text, ms] of [
    ['2', 2000],
    ['1.5', 1500],
    ['500ms', 500],
    ['500us', 1],
    ['30s', 30_000],
    ['1.5S', 1500],
    ['90sec', 90_000],
    ['5m', 300_000],
    ['5min', 300_000],
    ['0.5h', 1_800_000],
    ['0s', 0],
    ['24h', 86_400_000],
  ] as const) {
    st.equal(parseLongTime(text), ms, text);
  }
  for (const [text, said] of [
    ['5d', 'there is no unit "d": write 5s, 5m, 5h or 5ms'],
    ['-5m', 'no sign: write 5m'],
    ['.5', 'write 0.5'],
    ['soon', 'write a time as in 90s, 5m, 1h or 500ms'],
    ['600h', 'longer than'],
  ] as const) {
    st.match(problemOf(parseLongTime(text)), said, text);
  }
});

t.test('times are shown and written so that they can be read back', async (st) => {
  st.equal(formatTime(30_000), '30 s');
  st.equal(formatTime(2500), '2500 ms');
  for (const ms of [1, 999, 1000, 1500, 60_000]) st.equal(parseTime(writeTime(ms)), ms);
});

t.test('booleans in any case', async (st) => {
  for (const text of ['true', 'ON', 'Yes', 'y', '1']) st.equal(parseBoolean(text), true, text);
  for (const text of ['FALSE', 'off', 'No', 'n', '0']) st.equal(parseBoolean(text), false, text);
  st.match(problemOf(parseBoolean('onn')), 'did you mean "on"?');
  st.match(problemOf(parseBoolean('2')), 'write on or off');
});

t.test('a slip of the finger is recognised, another word is not', async (st) => {
  const names = ['keepalive', 'deadtime', 'warntime', 'node', 'ping', 'ping6'];
  for (const [typed, meant] of [
    ['keeplive', 'keepalive'],
    ['keepailve', 'keepalive'],
    ['DeadTime', 'deadtime'],
    ['wrantime', 'warntime'],
    ['nod', 'node'],
    ['pign', 'ping'],
    ['nonsense', undefined],
    ['xy', undefined],
    ['deadpool', undefined],
  ] as const) {
    st.equal(suggest(typed, names), meant, typed);
  }
});

t.test('address forms', async (st) => {
  for (const [form, expected] of [
    ['10.0.0.1', {}],
    ['10.0.0.1/24', { prefix: 24 }],
    ['10.0.0.1/255.255.254.0', { prefix: 23 }],
    ['10.0.0.1/255.255.255.255', { prefix: 32 }],
    ['10.0.0.1/24/eth0', { prefix: 24, device: 'eth0' }],
    ['10.0.0.1/24/eth0:0', { prefix: 24, device: 'eth0', label: 'eth0:0' }],
    [
      '10.0.0.1/24/eth0.5:lan/10.0.0.255',
      { prefix: 24, device: 'eth0.5', label: 'eth0.5:lan', broadcast: '10.0.0.255' },
    ],
    ['10.0.0.1/24/10.0.0.255', { prefix: 24, broadcast: '10.0.0.255' }],
    ['10.0.0.0/31/eth0', { prefix: 31, device: 'eth0' }],
  ] as const) {
    st.same(parseAddress('word', form), {
      resource: { kind: 'address', text: 'word', address: form.split('/')[0], ...expected },
    });
  }
});

t.test('an address with an interface and no prefix is taken, with a warning', async (st) => {
  st.match(parseAddress('word', '10.0.0.1/eth0:1'), {
    resource: { address: '10.0.0.1', prefix: undefined, device: 'eth0', label: 'eth0:1' },
    warning: /no prefix length: .* that eth0 has; write for example "10.0.0.1\/24\/eth0:1"/,
  });
});

t.test('wrong addresses', async (st) => {
  for (const [form, said] of [
    ['10.0.0.256/24', '"10.0.0.256" is not an IPv4 address'],
    ['10.0.0/24', '"10.0.0" is not an IPv4 address'],
    ['10.0.0.01', 'is not an IPv4 address'],
    ['127.0.0.1/8', 'no address that a machine can serve'],
    ['0.0.0.0', 'no address that a machine can serve'],
    ['239.0.0.1/24', 'no address that a machine can serve'],
    ['10.0.0.1/0', '"0" is not a prefix length'],
    ['10.0.0.1/33', '"33" is not a prefix length'],
    ['10.0.0.1/255.0.255.0', 'neither a prefix length nor a netmask'],
    ['10.0.0.1/24x', 'neither a prefix length nor a netmask'],
    ['10.0.0.1/24/eth0:', 'is no label'],
    ['10.0.0.1/24/eth0:1:2', 'is no label'],
    ['10.0.0.1/24/enp0s31f6:management', 'in 15 letters at most'],
    ['10.0.0.1/24/', 'write the name of an interface'],
    ['10.0.0.1/24/an-interface-name', 'write the name of an interface'],
    ['10.0.0.1/24/eth0/10.0.0.999', '"10.0.0.999" is not a broadcast address'],
    ['10.0.0.1/24/eth0/10.0.0.255/more', '"/more" is too much'],
    ['10.0.0.0/24', 'is the name of the network'],
    ['10.0.0.255/24', 'is the broadcast address'],
  ] as const) {
    st.match(problemOf(parseAddress('word', form)), said, form);
  }
});
