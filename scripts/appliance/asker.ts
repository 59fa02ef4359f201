import { fileURLToPath } from 'node:url';
import { inside, promptly, run } from '../laboratory/command.ts';
import { Helper } from '../laboratory/helper.ts';
import { GATEWAY_ADDRESS, VIRTUAL_ADDRESS } from '../laboratory/network.ts';
import type { Claims } from './answers.ts';
import type { AskerVerbs } from './asker-process.ts';
import { CLIENT_PORT } from './network.ts';

const PROCESS = fileURLToPath(new URL('asker-process.ts', import.meta.url));

/** Milliseconds between two questions of the asker, and of the client: an emulated box should not be kept busy by them. */
export const PACE = 50;

/** Hears which boxes answer for the virtual address, on the client's port of the LAN. */
export class Asker {
  readonly #helper: Helper<AskerVerbs>;

  private constructor(helper: Helper<AskerVerbs>) {
    this.#helper = helper;
  }

  static async connect(namespace: string): Promise<Asker> {
    const text = await run(['ip', '-n', namespace, '-j', 'link', 'show', CLIENT_PORT]);
    const [port] = JSON.parse(text) as { address: string }[];
    const argv = [...inside(namespace), ...(await promptly()), process.execPath, PROCESS];
    const asked = [CLIENT_PORT, VIRTUAL_ADDRESS, GATEWAY_ADDRESS, port?.address ?? '', String(PACE)];
    const asker = new Asker(new Helper<AskerVerbs>([...argv, ...asked]));
    await asker.since(0, 0);
    return asker;
  }

  /** What was heard between two marks of the client. */
  since(from: number, to: number): Promise<Claims> {
    return this.#helper.call('view', from, to);
  }

  close(): Promise<void> {
    return this.#helper.close();
  }
}
