/** `npm run test:interop`: pairs of one Twinbeat and one real Heartbeat, then a table. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { kept, RESULTS, table } from '../test/interop/support/report.ts';
import { needHeartbeat } from './laboratory/heartbeat-node.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIRECTORY = `${ROOT}dist/interop`;
/** The slowest file takes a third of it. */
const TIMEOUT = 900;
/** Each file plays two pairs at a time; more would make two processors late. */
const JOBS = 2;

/** Arguments choose files by parts of their names; none: all. */
async function main(wanted: readonly string[]): Promise<number> {
  needHeartbeat();
  const all = globSync('test/interop/*.interop.ts', { cwd: ROOT }).sort();
  const files = wanted.length === 0 ? all : all.filter((file) => wanted.some((word) => file.includes(word)));
  if (files.length === 0) throw new Error(`no file of test/interop has ${wanted.join(' or ')} in its name`);
  rmSync(DIRECTORY, { recursive: true, force: true });
  mkdirSync(DIRECTORY, { recursive: true });
  const begin = performance.now();
  const tap = [
    `${ROOT}node_modules/.bin/tap`,
    'run',
    '--reporter=tap',
    `--jobs=${JOBS}`,
    `--timeout=${TIMEOUT}`,
  ];
  const child = spawn(process.execPath, [...tap, ...files], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, [RESULTS]: DIRECTORY },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  const rows = kept(DIRECTORY);
  for (const line of table(rows)) console.log(line);
  const wrong = rows.filter(({ problems }) => problems.length > 0).length;
  const minutes = ((performance.now() - begin) / 60_000).toFixed(1);
  console.log(
    `\n${rows.length} steps in ${minutes} minutes, ${wrong} wrong. The daemons' logs are in dist/interop.`,
  );
  return code ?? 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`interop: ${error.message}`);
    process.exit(1);
  },
);
