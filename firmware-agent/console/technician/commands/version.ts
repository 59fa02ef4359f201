import { version as ownVersion } from '../../../version.ts';
import type { TechnicianCommand } from '../desk.ts';

export const version: TechnicianCommand = {
  name: 'version',
  summary: 'of Twinbeat and its agent',
  async run(_words, { ask, say }) {
    const outcome = await ask({ command: 'status' });
    const agent = outcome.kind === 'status' ? outcome.status.version : 'none answers';
    await say(`Twinbeat ${ownVersion}, the agent: ${agent}`);
  },
};
