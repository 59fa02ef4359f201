interface Words {
  /** A right value. What the agent says of it goes into the manual: why it has no effect. */
  readonly sample?: string;
  /** What it does, where the agent has nothing to say of it. */
  readonly does?: string;
}

/** For every directive of ha.cf. A time without a unit is seconds; `500ms` is understood, `2s` is not. */
export const haCfWords: Readonly<Record<string, Words>> = {
  node: { does: 'The two nodes, as `uname -n` prints them. Exactly two: a third is an error.' },
  keepalive: { does: 'How often a heartbeat is sent. Default 1 s.' },
  deadtime: {
    does: 'How long a node may be silent on every cable before it is dead. More than twice keepalive; default 30 s.',
  },
  warntime: { does: 'After how long a heartbeat is called late in the log. Default half of deadtime.' },
  initdead: {
    does: 'Instead of deadtime, for a node that was never heard since this one started. Default at least 12 s.',
  },
  deadping: { does: 'How long a ping node may be silent. Default deadtime.' },
  auto_failback: {
    does:
      '`on`: a node that comes back gets what prefers it; `off`: that stays where it is; `legacy`, which is the default: ' +
      'the oldest protocol of Heartbeat.',
  },
  nice_failback: {
    does: 'The old form of auto_failback: `on` is taken as `off`, `off` as `legacy`. Warned of.',
  },
  udpport: {
    does: 'The port of bcast, ucast and ucast6, wherever the line stands. Default: ha-cluster of /etc/services, else 694.',
  },
  baud: { does: 'The speed of every serial line: 9600 to 460800. Default 19200.' },
  hopfudge: { does: 'What a message may travel further than the number of nodes. Default 1.' },
  max_rexmit_delay: { does: 'How long a lost message may wait before it is asked for again. Default 250.' },
  msgfmt: {
    does: 'How messages are written on network cables. Default classic. Both are understood at any time.',
  },
  watchdog: {
    does: 'The device that resets this box when the agent hangs, before its peer may take over: for example /dev/watchdog.',
  },
  logfile: { does: 'Gets every line but those for developers.' },
  debugfile: { does: 'Gets every line.' },
  logfacility: { does: 'The syslog facility; `none` for no syslog.' },
  debug: { does: 'How much is said for developers. Default 0.' },
  syslogmsgfmt: {
    does: 'Lines of logfile as syslog would write them (on, the default), or in the old form.',
  },
  serial: { does: 'A null-modem cable: the full path of the port.' },
  bcast: { does: 'A network cable, spoken on by broadcast.' },
  udp: { does: 'The old name of bcast. Warned of.' },
  ucast: {
    does: "A network cable, spoken on to one address. A line with this box's own address is for the other node.",
  },
  ucast6: { does: 'The same over IPv6. The address may be a link-local one of that cable.' },
  mcast: { does: 'A network cable, spoken on by multicast.' },
  mcast6: { does: 'The same over IPv6, to a group as ff02::694.' },
  ping: { does: 'A host that shows whether this node sees the network, most often the gateway.' },
  ping6: { does: 'The same over IPv6.' },
  ping_group: { does: 'Hosts that count as one ping node: it answers while any of them does.' },
  stonith: {
    does: 'Fences the peer by a plug-in of cluster-glue; its parameters are in a file. See `fence` in twinbeat.cf.',
  },
  stonith_host: { does: 'The same for the node HOST, or `*`, with the parameters in the line.' },
  respawn: {
    does: 'A program that runs while the agent does, and is started again when it ends. `ipfail` is built in: nothing is started.',
  },
  failfast: { does: 'The same, and the box is reset when it fails.' },
  apiauth: {
    sample: 'monitor uid=hacluster',
    does: 'Who may ask the agent under this name, besides root; anon: the commands, default: every other name.',
  },
  crm: { sample: 'off', does: 'Services are monitored, and haresources is not used.' },
  pacemaker: { sample: 'off', does: 'The same as crm.' },
  crm_daemon_dir: { sample: '/usr/lib/heartbeat' },
  crmd_spawns_pengine: { sample: 'on' },
  record_config_changes: { sample: 'on' },
  record_pengine_inputs: { sample: 'on' },
  enable_config_writes: { sample: 'on' },
  use_logd: { sample: 'off' },
  conn_logd_time: { sample: '60' },
  log_badpack: { sample: 'on', does: 'Whether refused packets are logged.' },
  realtime: {
    does: 'The agent goes before ordinary programs, in memory that is never swapped (on, the default), where the system allows it; what it starts does not.',
  },
  rtprio: { does: 'Its priority among those that do. Default 50.' },
  memreserve: { sample: '6500' },
  coredumps: { sample: 'on' },
  coreroot: { sample: '/var/cores' },
  hbgenmethod: { sample: 'time' },
  uuidfrom: { sample: 'nodename' },
  autojoin: { sample: 'none' },
  compression: { sample: 'zlib' },
  compression_threshold: { sample: '2' },
  traditional_compression: { sample: 'off' },
  env: { sample: 'NAME=VALUE', does: 'HA_NAME is set for every program that the agent starts.' },
  cluster: { sample: 'linux-ha' },
  quorum_server: { sample: '10.0.0.7' },
  use_apphbd: { sample: 'on' },
  normalpoll: { sample: 'on' },
};
