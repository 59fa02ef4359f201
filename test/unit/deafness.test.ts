import t from 'tap';
import { deafness } from '../../firmware-agent/deafness.ts';

t.test(
  'what does not come by waiting keeps the agent from starting, and is said with its mend',
  async (t) => {
    t.equal(deafness([]), null);
    t.equal(deafness([{ link: '/dev/ttyS0', fault: 'ENOENT: no such file' }]), null, 'a port may come');
    t.match(
      deafness([
        { link: '/dev/ttyS0', fault: 'ENOENT: no such file' },
        { link: 'eth1', fault: 'bind EADDRINUSE 0.0.0.0:694' },
      ]),
      /^eth1 does not work: bind EADDRINUSE .*; another program has the UDP port/,
    );
    for (const fault of ['bind EACCES', 'EPERM: operation not permitted'])
      t.equal(deafness([{ link: 'eth1', fault }]), `eth1 does not work: ${fault}; this takes root`);
  },
);
