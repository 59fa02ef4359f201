/** A process whose disk hangs: `node hung-disk.ts FOLDER`, on a file system that is frozen. */
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { openDisk } from '../../../hw/disk.ts';

const disk = await openDisk(`${process.argv[2]}/lock`, { offset: 0, length: 4096 });
void disk.write(0, Buffer.from('hung')).then(() => console.log('write over'));
console.log('write under way');
await setTimeout(100);
console.log('timer');
await readFile('/proc/self/stat');
console.log('file');
console.log('leaving');
process.exit(3);
