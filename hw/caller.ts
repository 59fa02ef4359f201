import type { Socket } from 'node:net';
import { binding } from './binding.ts';

/** Whose process is at the other end of a unix socket. */
export interface Caller {
  readonly uid: number;
  /** Its own and all others that it is in. */
  readonly gids: readonly number[];
}

/**
 * Who connected, as the kernel keeps it from that moment on. Throws an ErrnoException where the connection has
 * ended (EBADF) or is none of a unix socket.
 */
export function callerOf(socket: Socket): Caller {
  const { uid, gid, groups } = binding().peerCredentials(descriptorOf(socket));
  return { uid, gids: [...new Set([gid, ...groups])] };
}

/** Node keeps it to itself. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } | null };
  return handle?.fd ?? -1;
}
