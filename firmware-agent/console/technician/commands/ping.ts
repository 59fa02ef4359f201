import { createInterface } from 'node:readline';
import { spawnChild } from '../../../resources/child.ts';
import { type Desk, Refusal, type TechnicianCommand } from '../desk.ts';

/** Requests, and seconds for all of them; milliseconds until `ping` itself is ended. */
const requests = 4;
const seconds = 8;
const limit = 15_000;
/** Lines that are shown of it at most. */
const mostLines = 40;

export const ping: TechnicianCommand = {
  name: 'ping',
  usage: 'HOST',
  summary: 'HOST: does it answer?',
  async run([host, ...rest], desk) {
    if (host === undefined || rest.length > 0) throw new Refusal('Write: ping 10.0.0.1');
    // No option of the program can be made of it.
    if (!/^[a-z0-9:][\w.:%-]{0,250}$/i.test(host))
      throw new Refusal(`${host} is neither an address nor a name.`);
    await run(host, desk);
  },
};

/** The box's own `ping`; its words are shown as they come. */
async function run(host: string, { say, signal }: Desk): Promise<void> {
  const child = spawnChild('ping', ['-c', String(requests), '-w', String(seconds), host], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
    killSignal: 'SIGKILL',
    signal,
  });
  const failure = new Promise<Error | null>((resolve) => {
    child.once('error', resolve);
    child.once('close', () => resolve(null));
  });
  child.stderr.resume();
  let errors = '';
  child.stderr.on('data', (chunk) => {
    if (errors.length < 1000) errors += chunk;
  });
  let shown = 0;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      shown += 1;
      if (shown <= mostLines && line.trim() !== '') await say(line);
    }
  } finally {
    child.kill('SIGKILL');
  }
  const error = await failure;
  if (error !== null && !signal.aborted) throw new Refusal(`This box cannot ping: ${error.message}`);
  if (errors.trim() !== '') await say(...errors.trim().split('\n'));
}
