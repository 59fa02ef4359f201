import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome } from '../../../firmware-agent/console/control-client.ts';
import type { Request } from '../../../firmware-agent/console/control-protocol.ts';

/** Who asks: the numbers of a user, of its own group, and of those that it is in besides. */
export interface Asker {
  readonly uid: number;
  readonly gid: number;
  readonly groups?: readonly number[];
}

/** What the agent of a run directory answers to another user than this one. Takes root. */
export async function askAs(
  { uid, gid, groups = [] }: Asker,
  runDir: string,
  what: Request,
): Promise<Outcome> {
  const client = new URL('../../../firmware-agent/console/control-client.ts', import.meta.url).href;
  const script = `
    import { request } from '${client}';
    process.setgroups(${JSON.stringify(groups)}); process.setgid(${gid}); process.setuid(${uid});
    console.log(JSON.stringify(await request('${runDir}', ${JSON.stringify(what)})));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
    // Without what the test runner would write into a process's files: this one may write nowhere.
    env: {},
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await once(child, 'close');
  return JSON.parse(out) as Outcome;
}
