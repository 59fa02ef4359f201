import t from 'tap';
import { load, said, valid } from './support/fake-probe.ts';

const SCRIPTS = { scripts: ['/etc/ha.d/resource.d/drbddisk', '/etc/init.d/nginx'] };

t.test('a group: its node, its key as written, its resources', async (st) => {
  const haresources = [
    '# groups',
    'NodeA  IPaddr2::10.0.0.1/24/eth0:0/10.0.0.255\tdrbddisk::data::x nginx # web',
    '',
    'nodeb 10.0.0.2 IPaddr::10.0.0.3/24',
  ].join('\r\n');
  const verdict = load({ haresources }, SCRIPTS);
  st.same(said(verdict), []);
  st.same(valid(verdict).groups, [
    {
      node: 'nodea',
      key: 'IPaddr2::10.0.0.1/24/eth0:0/10.0.0.255',
      resources: [
        {
          kind: 'address',
          text: 'IPaddr2::10.0.0.1/24/eth0:0/10.0.0.255',
          address: '10.0.0.1',
          prefix: 24,
          device: 'eth0',
          label: 'eth0:0',
          broadcast: '10.0.0.255',
        },
        { kind: 'script', text: 'drbddisk::data::x', script: 'drbddisk', args: ['data', 'x'] },
        { kind: 'script', text: 'nginx', script: 'nginx', args: [] },
      ],
    },
    {
      node: 'nodeb',
      key: '10.0.0.2',
      resources: [
        { kind: 'address', text: '10.0.0.2', address: '10.0.0.2' },
        { kind: 'address', text: 'IPaddr::10.0.0.3/24', address: '10.0.0.3', prefix: 24 },
      ],
    },
  ]);
});

t.test('continued lines are one group, and mistakes in them are found where they stand', async (st) => {
  const haresources =
    'nodea \\\n  10.0.0.1/24/eth0 \\\r\n\t10.0.0.999 ngi\\\nnx 10.0.0.1\nnodeb \\\n 10.0.0.9\\';
  const verdict = load({ haresources }, SCRIPTS);
  st.match(said(verdict), [
    /^haresources:3:2: error: "10.0.0.999" is not an IPv4 address/,
    /^haresources:4:4: error: 10.0.0.1 is in line 2 already/,
  ]);
  st.equal(verdict.diagnostics.length, 2);
  const good = valid(
    load({ haresources: haresources.replace('10.0.0.999', '').replace('nx 10.0.0.1', 'nx') }, SCRIPTS),
  );
  st.match(good.groups, [
    { node: 'nodea', key: '10.0.0.1/24/eth0', resources: [{ kind: 'address' }, { script: 'nginx' }] },
    { node: 'nodeb', key: '10.0.0.9' },
  ]);
});

t.test('backslashes that do not join lines', async (st) => {
  st.match(said(load({ haresources: 'nodea 10.0.0.1 \\ \n' })), [
    /^haresources:1:16: error: a backslash joins lines only as the very last character/,
    /^haresources:1:16: warning: there is no script/,
  ]);
  const commented = load({ haresources: 'nodea 10.0.0.1 # web \\\nnodeb 10.0.0.2\n' });
  st.match(said(commented), [/^haresources:1:22: warning: this backslash belongs to the comment/]);
  st.equal(valid(commented).groups.length, 2);
});

t.test('mistakes', async (st) => {
  for (const [haresources, ...expected] of [
    ['nodec 10.0.0.1', /^haresources:1:1: error: nodec is not a node of ha.cf: .* nodea or nodeb$/],
    [
      'nodea 10.0.0.1\nnodeb 10.0.0.1/24',
      /^haresources:2:7: error: 10.0.0.1 is in line 1 already: an address belongs to one group/,
    ],
    ['nodea 10.0.0.1 IPaddr::10.0.0.1', /^haresources:1:16: error: 10.0.0.1 is in line 1 already/],
    [
      'nodea nginx 10.0.0.1\nnodeb nginx 10.0.0.2',
      /^haresources:2:7: error: line 1 begins its group with nginx too/,
    ],
    [
      'nodea IPaddr',
      /^haresources:1:7: error: IPaddr takes one argument: write "IPaddr::ADDRESS\/PREFIX\/INTERFACE"/,
    ],
    ['nodea IPaddr2::10.0.0.1::eth0', /^haresources:1:7: error: IPaddr2 takes one argument/],
    ['nodea IPaddr::host', /^haresources:1:7: error: "host" is not an IPv4 address/],
    [
      'nodea 2001:db8::1/64',
      /^haresources:1:7: error: "2001:db8::1\/64": a bare address is IPv4: write "IPv6addr::/,
    ],
    ['nodea ../evil', /^haresources:1:7: error: "..\/evil" is not the name of a script/],
    ['nodea ::x', /^haresources:1:7: error: "" is not the name of a script/],
  ] as const) {
    const verdict = load({ haresources }, SCRIPTS);
    st.match(said(verdict), expected, haresources);
    st.equal(verdict.diagnostics.length, expected.length, said(verdict).join(' | '));
    st.equal(verdict.config, undefined, haresources);
  }
});

t.test('what works otherwise than expected', async (st) => {
  for (const [haresources, expected] of [
    ['nodea 10.0.0.1\nnodeb', /^haresources:2:1: warning: nodeb has no resource in this line/],
    ['nodea 10.0.0.1/eth0', /^haresources:1:7: warning: 10.0.0.1\/eth0 has no prefix length/],
    [
      'nodea 10.0.0.1/24/eth9',
      /^haresources:1:7: warning: this machine has no interface eth9 now: 10.0.0.1 cannot be served/,
    ],
    [
      'nodea 10.0.0.1 apache',
      /^haresources:1:16: warning: there is no script \/etc\/ha.d\/resource.d\/apache or \/etc\/init.d\/apache/,
    ],
    ['nodea IPadr::10.0.0.1', /^haresources:1:7: warning: there is no script .*; did you mean "IPaddr"\?/],
    [
      'nodea 10.0.0.1 plain',
      /^haresources:1:16: warning: \/etc\/init.d\/plain cannot be run: "chmod \+x" it/,
    ],
    [
      'nodea 10.0.0.1 nginx\nnodeb 10.0.0.2 nginx',
      /^haresources:2:16: warning: nginx is in the group 10.0.0.1 of line 1 too/,
    ],
    ['nodea 10.0.0.1 nginx nginx', /^haresources:1:22: warning: nginx is in this group already/],
  ] as const) {
    const verdict = load({ haresources }, { ...SCRIPTS, files: { '/etc/init.d/plain': '' } });
    st.match(said(verdict), [expected], haresources);
    st.equal(verdict.diagnostics.length, 1, haresources);
    st.ok(verdict.config, haresources);
  }
});
