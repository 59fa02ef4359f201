import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Claim to be the only agent of this node on this machine, whatever directories it runs with: two of them would share
 * the UDP port, take each other's addresses away and answer for one another. The claim is a socket without a
 * file, one for each network namespace, so it ends with the process, however that ends.
 * Rejects where another agent has it.
 */
export async function beSoleAgent(node: string): Promise<Server> {
  const claim = createServer((socket) => socket.destroy());
  claim.listen(`\0twinbeat/${node}`);
  try {
    await once(claim, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`another agent for ${node} runs on this machine: stop that one first`);
  }
  return claim.unref();
}
