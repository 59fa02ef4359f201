import { existsSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type rawSocket from 'raw-socket';
import type { RawSocket } from 'raw-socket';

/** Where `npm run build` puts the addons for the machine that it runs on. */
const NATIVE = fileURLToPath(new URL(`../../dist/native/${process.arch}/`, import.meta.url));

const require = createRequire(import.meta.url);

function built(name: string): string {
  const path = `${NATIVE}${name}`;
  if (!existsSync(path)) throw new Error(`${path} is missing: build it with \`npm run build\``);
  return path;
}

export interface PtyAddon {
  /** A new pair, left raw: the master's descriptor (non-blocking) and the terminal's path. */
  openPty(): { fd: number; path: string };
  /** Make either end's pair raw again and forget what waits in it. */
  resetPty(fd: number): void;
}

export function loadPty(): PtyAddon {
  return require(built('pty.node')) as PtyAddon;
}

export interface FramesAddon {
  /** All that comes in at a device, frame by frame; what is written goes out there. Non-blocking. */
  openFrames(device: string): number;
}

export function loadFrames(): FramesAddon {
  return require(built('frames.node')) as FramesAddon;
}

/** A raw socket that sends and receives ICMP over IPv4. */
export function openIcmpSocket(): RawSocket {
  // The package looks for its addon in its own folder, where only an install script would have put it.
  const addon = pathToFileURL(built('raw.node')).href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier.endsWith('/raw.node') ? { url: addon, shortCircuit: true } : next(specifier, context),
  });
  try {
    const raw = require('raw-socket') as typeof rawSocket;
    return raw.createSocket({ protocol: raw.Protocol.ICMP, bufferSize: 2048 });
  } finally {
    hooks.deregister();
  }
}
