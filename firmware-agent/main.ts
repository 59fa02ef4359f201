import type { CommandContext } from './console/command-context.ts';
import { becomeAgent, startDaemon } from './console/names/daemon.ts';
import { commandNamed } from './console/names/names.ts';
import { paintedTerminal } from './console/screen-painter.ts';
import { startReport } from './console/start-report.ts';

// What only some commands need is loaded when it is needed: `status` must answer quickly on a small box.
const context: CommandContext = {
  terminal: {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    screen: paintedTerminal(process.stdout, process.env.TERM),
  },
  machine: {
    serialPorts: async () => (await import('../hw/serial-list.ts')).listSerialPorts(),
    broadcastless: async () => (await import('../hw/netlink.ts')).interfacesWithoutBroadcast(),
    neighbour: async (address) => (await import('../hw/neighbour.ts')).lookupNeighbour(address),
  },
  runAgent: async (options) => {
    const { runAgent } = await import('./run-agent.ts');
    // Whatever a driver still holds open must not keep a stopped agent alive.
    process.exit(await runAgent(options, startReport()));
  },
  startDaemon,
  becomeAgent,
};

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `twinbeat status | head`: whoever read has read enough.
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

commandNamed(process.argv0)(process.argv.slice(2), context, process.argv0).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
