import childProcess, { type SpawnOptions } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { isIPv4 } from 'node:net';
import { delimiter, join } from 'node:path';

/** Who answers for an address, or why that is not known. */
export type NeighbourAnswer = { readonly mac: string } | { readonly reason: string };

/** Milliseconds that `ping`, and after it `arp`, may run. */
const programTime = 2000;
const programs = ['ping', 'arp'];
const macPattern = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/**
 * The hardware address that answers for an IPv4 address on the local network, found by `node-arp`, which runs `ping` and
 * `arp`: for commands of a human being, never in the agent. Never rejects; answers within five seconds.
 */
export async function lookupNeighbour(address: string): Promise<NeighbourAnswer> {
  if (!isIPv4(address)) return { reason: `${address} is no IPv4 address` };
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length > 0) {
    const packages = { ping: 'iputils-ping', arp: 'net-tools' } as Record<string, string>;
    return { reason: `not installed: ${missing.map((name) => `${name} (${packages[name]})`).join(', ')}` };
  }
  nodeArp ??= loadNodeArp();
  const { getMAC } = await nodeArp;
  return quietly(
    () =>
      new Promise((resolve) => {
        getMAC(address, (failed, answer) => {
          const mac = String(answer).toLowerCase();
          resolve(!failed && macPattern.test(mac) ? { mac } : { reason: 'no answer' });
        });
      }),
  );
}

let running = 0;
let print = console.log;

/** The package prints its failures where the command prints its answer: they are left out while a look-up runs. */
async function quietly<T>(lookup: () => Promise<T>): Promise<T> {
  if (running++ === 0) {
    print = console.log;
    console.log = (...words: unknown[]) => {
      if (!String(words[0]).startsWith('Error running arp')) print(...words);
    };
  }
  try {
    return await lookup();
  } finally {
    if (--running === 0) console.log = print;
  }
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

type NodeArp = typeof import('node-arp')['default'];
let nodeArp: Promise<NodeArp> | null = null;

/**
 * The package takes `spawn` as it finds it when it is loaded: it finds one whose children have a time limit, and
 * whose failures end in the package's own 'close' handler instead of ending this process.
 */
async function loadNodeArp(): Promise<NodeArp> {
  const { spawn } = childProcess;
  const bounded = (program: string, args: string[], options?: SpawnOptions) => {
    if (!programs.includes(program)) return spawn(program, args, options ?? {});
    const child = spawn(program, args, { timeout: programTime, killSignal: 'SIGKILL' });
    child.on('error', () => undefined);
    return child;
  };
  childProcess.spawn = bounded as typeof spawn;
  try {
    return (await import('node-arp')).default;
  } finally {
    childProcess.spawn = spawn;
  }
}
