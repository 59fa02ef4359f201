import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { support as pack } from '../../commands/support.ts';
import type { TechnicianCommand } from '../desk.ts';

/** One at a time, in the agent's own folder: nobody else can put anything in its way, and the disk does not fill. */
const fileName = 'support.tar.gz';

export const support: TechnicianCommand = {
  name: 'support',
  summary: 'pack what a supporter needs',
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
    const code = await pack(directories, path, { terminal, machine });
    await say(...lines);
    if (code === 0) await say('It stays on this box: fetch it over the network later.');
  },
};
