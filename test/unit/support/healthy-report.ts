import type { LinkReport, StatusReport } from '../../../firmware-agent/console/report.ts';

export const nothingRejected = { garbage: 0, forged: 0, stranger: 0, replayed: 0, malformed: 0 };

export function link(name: string, more: Partial<LinkReport> = {}): LinkReport {
  return {
    name,
    medium: 'serial',
    state: 'up',
    lastHeard: 400,
    received: 812,
    lost: 3,
    sent: 830,
    rejected: nothingRejected,
    fault: null,
    missing: null,
    examined: false,
    ...more,
  };
}

/** A healthy pair, seen from nodea, which holds everything. */
export const healthy: StatusReport = {
  version: '0.1.0',
  node: 'nodea',
  time: '2024-03-09T23:15:00.000Z',
  uptime: 187_000,
  generation: 12,
  pid: 412,
  status: 'active',
  holds: 'all',
  stable: true,
  nodes: ['nodea', 'nodeb'],
  peer: {
    name: 'nodeb',
    status: 'active',
    generation: 3,
    holds: 'none',
    stable: true,
    twinbeat: true,
    lastHeartbeat: 400,
    macs: ['02:54:42:00:0b:01'],
    deadtime: 5000,
  },
  links: [link('/dev/ttyS0'), link('eth1', { medium: 'ucast', lastHeard: 1210, received: 9, sent: 10 })],
  pings: [],
  groups: [
    {
      key: 'IPaddr::10.0.0.100/24/eth0',
      prefers: 'nodea',
      owner: 'nodea',
      state: 'running',
      resources: [
        { text: 'IPaddr::10.0.0.100/24/eth0', state: 'running', detail: null },
        { text: 'nginx', state: 'running', detail: null },
      ],
    },
  ],
  alarms: [],
  locks: [],
  watchdog: null,
  realtime: { priority: 50, memoryLocked: true, spared: true, fault: null },
  rejected: nothingRejected,
  ipfail: false,
  parameters: { deadtime: '5', keepalive: '1' },
  fifo: { taken: 0, ignored: 0, garbage: 0 },
  events: [
    { time: '2024-03-09T23:14:02.100Z', level: 'info', text: 'Link nodeb:eth1 up.' },
    { time: '2024-03-09T23:14:07.900Z', level: 'info', text: 'local resource transition completed.' },
  ],
};
