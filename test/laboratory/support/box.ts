import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Actions, Heard } from '../fixtures/hw-box.ts';

const fixture = fileURLToPath(new URL('../fixtures/hw-box.ts', import.meta.url));
/** Far longer than anything here takes on a busy machine. */
const patience = 10_000;

/** Why these tests cannot run here, or false. */
export const cannotRun: string | false =
  process.getuid?.() === 0 ? false : 'only root may make network namespaces';

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A process in a network namespace of its own, which ends with it. */
export class Box {
  readonly heard: Heard[] = [];
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #next = 0;
  #wake: () => void = () => undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message: Answer & { id?: number; event?: Heard }) => {
      if (message.event) this.heard.push(message.event);
      if (message.id !== undefined) this.#answers.get(message.id)?.(message);
      this.#wake();
    });
  }

  static async start(): Promise<Box> {
    const child = spawn('unshare', ['--net', process.execPath, fixture], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const box = new Box(child);
    await box.hears((event) => event.on === 'box');
    await box.do('ip', 'link', 'set', 'lo', 'up');
    return box;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Runs an action in the box; rejects with its error, `code` included. */
  do<A extends keyof Actions>(
    action: A,
    ...args: Parameters<Actions[A]>
  ): Promise<Awaited<ReturnType<Actions[A]>>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, ({ result, error }) => {
        this.#answers.delete(id);
        if (error) reject(Object.assign(new Error(error.message), error));
        else resolve(result as Awaited<ReturnType<Actions[A]>>);
      });
      this.#child.send({ id, action, args });
    });
  }

  /** The first event of this kind from `since` on (an index of `heard`), waited for. */
  async hears(wanted: (event: Heard) => boolean, since = 0): Promise<Heard> {
    const limit = Date.now() + patience;
    for (;;) {
      const event = this.heard.slice(since).find(wanted);
      if (event) return event;
      const left = limit - Date.now();
      if (left <= 0) throw new Error(`not heard within ${patience} ms: ${JSON.stringify(this.heard)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Does it again and again until the wanted event is heard by `by`: for what may need a while to work. */
  async repeat<A extends keyof Actions>(
    by: Box,
    wanted: (event: Heard) => boolean,
    action: A,
    ...args: Parameters<Actions[A]>
  ): Promise<Heard> {
    const since = by.heard.length;
    const timer = setInterval(() => this.do(action, ...args).catch(() => undefined), 20);
    try {
      return await by.hears(wanted, since);
    } finally {
      clearInterval(timer);
    }
  }

  sendUntil(on: string, text: string, by: Box, wanted: (event: Heard) => boolean): Promise<Heard> {
    return this.repeat(by, wanted, 'send', on, text);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) resolve();
      else this.#child.once('exit', () => resolve());
      this.#child.kill('SIGKILL');
    });
  }
}

/** A cable between two boxes: the interface is called `name` at both ends and is up. */
export async function cable(name: string, a: Box, b: Box): Promise<void> {
  const words = `link add ${name} netns ${a.pid} type veth peer name ${name} netns ${b.pid}`;
  execFileSync('ip', words.split(' '), { stdio: 'pipe' });
  await Promise.all([a, b].map((box) => box.do('ip', 'link', 'set', name, 'up')));
}

/** Two boxes and their crossover cable `x0`, 10.9.0.1 and 10.9.0.2; stopped when the test ends. */
export async function pair(t: { teardown(stop: () => Promise<unknown>): void }): Promise<[Box, Box]> {
  const boxes: [Box, Box] = await Promise.all([Box.start(), Box.start()]);
  t.teardown(() => Promise.all(boxes.map((box) => box.stop())));
  await cable('x0', ...boxes);
  await Promise.all(
    boxes.map((box, index) =>
      box.do('addAddress', {
        device: 'x0',
        address: `10.9.0.${index + 1}`,
        prefix: 24,
        broadcast: '10.9.0.255',
      }),
    ),
  );
  return boxes;
}
