import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Caller } from '../../hw/caller.ts';
import { type ApiAuth, commandGroup } from '../config/apiauth.ts';
import { admitsOthers, refusal } from './admission.ts';
import { request } from './control-client.ts';
import { type ControlHandlers, socketPath } from './control-protocol.ts';
import { serve } from './control-session.ts';
import { groupId } from './group-id.ts';

export interface ControlServerOptions {
  readonly runDir: string;
  readonly handlers: ControlHandlers;
  /** Whose process is at the other end. Throws where that cannot be told. */
  readonly callerOf: (socket: Socket) => Caller;
  /** Who may ask, besides root and the agent's own user. */
  readonly api: ApiAuth;
  /** Told of what went wrong but stops nothing. */
  readonly report: (text: string) => void;
  /** Default: the number of `haclient`, undefined where that group does not exist. */
  readonly groupId?: number | undefined;
  /** Milliseconds that a connection may be idle. Default 10 s. */
  readonly idle?: number;
}

export interface ControlServer {
  /** From now on these may ask; who asks already is not interrupted. */
  admit(api: ApiAuth): void;
  /** Ends every connection and takes the socket away. */
  close(): Promise<void>;
}

const mostConnections = 32;
/** The kernel's limit for a unix socket's path (sun_path, with its final zero). */
const longestPath = 107;

/**
 * Opens the agent's control socket, `<run-dir>/twinbeat.sock`, mode 0660. The socket of a dead agent is
 * replaced. Rejects where a live agent answers there or the directory cannot be used.
 */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { runDir, handlers, report, callerOf, idle = 10_000 } = options;
  const group = 'groupId' in options ? options.groupId : groupId(commandGroup);
  let { api } = options;
  const path = socketPath(runDir);
  const ownPath = `${path}.${process.pid}`;
  if (Buffer.byteLength(ownPath) > longestPath) {
    throw new Error(`${path} is too long for a unix socket: choose a shorter run directory`);
  }
  await refuseIfAlive(runDir);
  mkdirSync(runDir, { recursive: true });

  const connections = new Set<Socket>();
  let served = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    if (served >= mostConnections) return refuse(socket);
    served += 1;
    socket.on('close', () => {
      served -= 1;
    });
    void serve(socket, { handlers, idle, report, refusal: doorkeeper(socket, callerOf, () => api) });
  });
  // Those that wait to be refused are bounded too; beyond that the connection just ends.
  server.maxConnections = 2 * mostConnections;
  rmSync(ownPath, { force: true });
  await listen(server, ownPath);
  server.on('error', (error) => report(`control socket: ${error.message}`));
  chmodSync(ownPath, modeFor(api, group));
  giveToGroup(ownPath, group, report);
  // Under its final name only when it is ready, and over whatever a dead agent left there.
  renameSync(ownPath, path);
  const inode = statSync(path).ino;

  const isOurs = () => statSync(path, { throwIfNoEntry: false })?.ino === inode;

  return {
    admit(wanted) {
      api = wanted;
      if (isOurs()) chmodSync(path, modeFor(api, group));
    },
    async close() {
      // Another agent may have put its own socket there meanwhile.
      if (isOurs()) rmSync(path, { force: true });
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

/** Where the permissions cannot say who may ask, the caller's credentials alone do. */
function modeFor(api: ApiAuth, group: number | undefined): number {
  return admitsOthers(api, group) ? 0o666 : 0o660;
}

/** Judges each request of one connection by who opened it. */
function doorkeeper(
  socket: Socket,
  callerOf: ControlServerOptions['callerOf'],
  api: () => ApiAuth,
): (client: string) => string | null {
  try {
    const caller = callerOf(socket);
    return (client) => refusal(api(), client, caller);
  } catch (error) {
    // It hung up before it was asked.
    return () => `nobody can tell who asks: ${(error as Error).message}`;
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Nobody but root may connect before mode and group are set.
    const before = process.umask(0o177);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
    process.umask(before);
  });
}

/** Says why, and leaves the caller a second to read it. */
function refuse(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.setTimeout(1000, () => socket.destroy());
  socket.end(`${JSON.stringify({ ok: false, text: `${mostConnections} connections are open already` })}\n`);
  socket.resume();
}

async function refuseIfAlive(runDir: string): Promise<void> {
  const outcome = await request(runDir, { command: 'status' }, { limit: 1000 });
  if (outcome.kind === 'status') throw new Error(`another agent runs here (pid ${outcome.status.pid})`);
  if (outcome.kind === 'failed' && outcome.reason === 'not running') return;
  if (outcome.kind === 'failed' && outcome.reason === 'forbidden') throw new Error(outcome.text);
  throw new Error(`another agent runs here: it holds ${socketPath(runDir)} but does not tell its pid`);
}

function giveToGroup(path: string, group: number | undefined, report: (text: string) => void): void {
  if (group === undefined) return;
  try {
    chownSync(path, -1, group);
  } catch (error) {
    report(`${path}: only this user can command the agent: ${(error as Error).message}`);
  }
}
