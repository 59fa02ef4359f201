import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { support as pack } from '../../commands/support.ts';
import type { TechnicianCommand } from '../desk.ts';

/** One at a time, in the agent's own folder: nobody else can put anything in its way, and the disk does not fill. */
const fileName = 'support.tar.gz';

export const support: TechnicianCommand = {
  name: 'support',
  summary: 'pack all for who helps',
  more: [`Configuration without its secrets, status, events, logs: ${fileName} in the state directory.`],
  async run(_words, { directories, machine, say }) {
    const path = join(directories.stateDir, fileName);
    await say('This takes a moment ...');
    rmSync(path, { force: true });
    const lines: string[] = [];
    const terminal = {
      out: (line: string) => lines.push(line),
      err: (line: string) => lines.push(line),
      screen: null,
    };
    await pack(directories, path, { terminal, machine });
    await say(...lines);
  },
};
