import { VIRTUAL_ADDRESS } from '../laboratory/network.ts';
import { type PerSeat, SEATS } from '../laboratory/seat.ts';

/** Milliseconds. An emulated box is a slow one, and two of them want a machine for themselves: silence is borne longer. */
export const KEEPALIVE = 1000;
export const DEADTIME = 10_000;
export const BAUD = 19200;
/** Of the technicians' ports, and what whoever acts there is asked for. */
export const CONSOLE_BAUD: PerSeat<number> = { nodea: 115_200, nodeb: 9600 };
export const PASSWORD = 'three wires';

/** All of a box's own files below /etc, the same on both: the host's name and the medium `bcast` make that possible. */
export const FILES: Readonly<Record<string, string>> = {
  passwd: 'root:x:0:0:root:/:/bin/sh\n',
  group: 'root:x:0:\nhaclient:x:101:\n',
  hosts: '127.0.0.1 localhost\n',
  'ha.d/ha.cf': `# The pair of the appliance laboratory
logfile /var/log/ha-log
keepalive ${KEEPALIVE}ms
deadtime ${DEADTIME}ms
warntime ${DEADTIME / 2}ms
initdead ${2 * DEADTIME}ms
udpport 694
serial /dev/ttyS1
baud ${BAUD}
bcast eth1
auto_failback on
watchdog /dev/watchdog
node ${SEATS.join(' ')}
`,
  // `rcS` puts the box's own rate behind the port.
  'ha.d/twinbeat.cf': `console /dev/ttyS2
# ${PASSWORD}
password scrypt:16384:8:1:9NkFFRgTIUV6ddv2mDmfRw:ZP8Me12tvM3RTnYPycRbHA1nIBOeX7-T3Nlhj-Vp_qM
`,
  'ha.d/authkeys': 'auth 1\n1 sha1 only-for-the-laboratory\n',
  'ha.d/haresources': `${SEATS[0]} IPaddr::${VIRTUAL_ADDRESS}/24/eth0\n`,
};
