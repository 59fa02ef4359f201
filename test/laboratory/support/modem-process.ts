import { readdirSync } from 'node:fs';
import { openSerial } from '../../../hw/serial.ts';

/** A serial link in a process of its own, for which lines.c stands in for the modem lines. It tells what it hears. */
const [path = ''] = process.argv.slice(2);
const say = (what: string, value: unknown) => process.stdout.write(`${JSON.stringify([what, value])}\n`);
const count = (what: 'task' | 'fd') => readdirSync(`/proc/self/${what}`).length;

// From the first opening on there is all that the next one needs, as the addons and their threads.
const first = openSerial({ path, baud: 115200 }, { received() {}, faulted() {} });
first.send(Buffer.from('first'));
while (first.sent === 0) await new Promise((resolve) => setTimeout(resolve, 10));
await first.close();
const before = { threads: count('task'), descriptors: count('fd') };
const link = openSerial(
  { path, baud: 115200, proof: 100, retry: 20 },
  {
    received: (bytes) => say('received', Buffer.from(bytes).toString('latin1')),
    faulted: (fault) => say('faulted', fault),
    signalled: (missing) => say('signalled', missing),
    noted: (text) => say('noted', text),
  },
);
process.once('SIGTERM', async () => {
  await link.close();
  say('left over', {
    threads: count('task') - before.threads,
    descriptors: count('fd') - before.descriptors,
  });
});
