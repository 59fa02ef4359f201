/** A node with a lock, as a process: `node lock-process.ts PATH 0|1 LEASE`. A line for all that it says. */
import { randomBytes } from 'node:crypto';
import { DiskLock, ownBytes } from '../../../firmware-agent/lock/disk-lock.ts';
import { nodeTimers } from '../../../firmware-agent/resources/timers.ts';
import { openDisk } from '../../../hw/disk.ts';

const [, , path = '', which, lease] = process.argv;
const index = which === '0' ? 0 : 1;
const incarnation = randomBytes(16).toString('hex');

const say = (text: string) => process.stdout.write(`${text}\n`);

const lock = new DiskLock({
  settings: { index, node: `node${index}`, incarnation, lease: Number(lease) },
  path,
  area: 0,
  open: () => openDisk(path, ownBytes(0, index)),
  timers: nodeTimers,
  log: (level, text) => say(`${level} ${text}`),
  tell(news) {
    say(
      news.do === 'refused' ? `refused by ${news.by}` : news.do === 'fault' ? `fault ${news.text}` : news.do,
    );
    if (news.do === 'lost') lock.free();
  },
});

process.stdin.setEncoding('utf8').on('data', (text: string) => {
  lock.check();
  for (const word of text.trim().split('\n')) {
    if (word === 'want') lock.want();
    else if (word === 'free') lock.free();
    say(`${word}: ${lock.held ? 'held' : 'not held'}`);
  }
});
say('ready');
