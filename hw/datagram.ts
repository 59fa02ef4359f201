import { closeSync } from 'node:fs';
import { binding } from './binding.ts';

/**
 * Sends one datagram to a unix socket, at once or not at all. `path`: its file, or `@` and the name of one that has none.
 * Throws what the kernel said.
 */
export function sendDatagram(path: string, text: string): void {
  const fd = binding().datagramOpen(path);
  try {
    binding().datagramSend(fd, Buffer.from(text));
  } finally {
    closeSync(fd);
  }
}
