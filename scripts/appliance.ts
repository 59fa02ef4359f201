/** `npm run test:appliance`, `npm run test:rack`: appliances in QEMU, with real cables and faults, then a table. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { play, restore } from '../test/appliance/play.ts';
import { shown, summary, table } from '../test/appliance/report.ts';
import { ARM64_SCENARIOS, BOOT, RACK_SCENARIOS, SCENARIOS } from '../test/appliance/scenarios.ts';
import type { Row, Scenario } from '../test/appliance/step.ts';
import { Bench } from './appliance/bench.ts';
import { prepareImages } from './appliance/image.ts';
import { demandAppliances } from './appliance/needs.ts';
import { make } from './build/make.ts';
import { DIST } from './build/paths.ts';
import { progress } from './build/progress.ts';
import { type Architecture, targetFor } from './build/target.ts';
import { enterLaboratory } from './laboratory/privilege.ts';

/** The machines' consoles and logs of the last run, and its table. */
const LOGS = `${DIST}appliance/logs/`;
const TABLE = `${DIST}appliance/table.txt`;

/** Milliseconds for all of it, also where every wait is in vain. */
const LIMIT = 1_800_000;

interface Choice {
  readonly pair: readonly Scenario[];
  readonly arm64: readonly Scenario[];
}

/**
 * Arguments choose scenarios by parts of their names; none: all but those of the rack, `--rack`: those. `--times N` plays those of
 * the pair N times over.
 */
function choose(argv: readonly string[]): Choice {
  const { values, positionals: words } = parseArgs({
    args: [...argv],
    options: { times: { type: 'string', default: '1' }, rack: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const times = Number(values.times);
  if (!Number.isInteger(times) || times < 1) throw new Error(`--times ${values.times} is no number from 1`);
  const named = (scenarios: readonly Scenario[]): readonly Scenario[] =>
    scenarios.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const pair = Array.from({ length: times }, () => named(values.rack ? RACK_SCENARIOS : SCENARIOS)).flat();
  const arm64 = values.rack ? [] : named(ARM64_SCENARIOS);
  if (pair.length + arm64.length === 0) throw new Error(`no scenario has ${words.join(' or ')} in its name`);
  return { pair, arm64 };
}

async function main(argv: readonly string[]): Promise<number> {
  const { pair, arm64 } = choose(argv);
  const architectures: readonly Architecture[] = [
    ...(pair.length > 0 ? (['x64'] as const) : []),
    ...(arm64.length > 0 ? (['arm64'] as const) : []),
  ];
  await demandAppliances(architectures);
  if (arm64.length > 0) await make({ target: targetFor('arm64'), runtime: null, ifStale: true });
  await prepareImages(architectures);
  enterLaboratory();
  setTimeout(() => {
    console.error(`appliance: not at its end after ${LIMIT / 60_000} minutes`);
    process.exit(1);
  }, LIMIT).unref();
  rmSync(LOGS, { recursive: true, force: true });
  const rows: Row[] = [];
  const told = (row: Row): void => {
    rows.push(row);
    for (const line of shown(row)) progress(line);
  };
  if (pair.length > 0) await playAll('x64', [BOOT, ...pair], told);
  if (arm64.length > 0) await playAll('arm64', arm64, told);
  const text = table(rows);
  writeFileSync(TABLE, `${[...text, '', ...rows.flatMap(shown)].join('\n')}\n`);
  for (const line of [
    '',
    ...text,
    '',
    'The table is in dist/appliance, consoles and logs in dist/appliance/logs.',
  ])
    console.log(line);
  console.log(summary(rows));
  return rows.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

/**
 * Play scenarios on two machines with processors of one kind. One of a pair that goes wrong is played once more, from the beginning, and
 * that counts: an emulated box stands still whenever its host does. The table tells what went wrong the first time.
 */
async function playAll(
  architecture: Architecture,
  scenarios: readonly Scenario[],
  told: (row: Row) => void,
): Promise<void> {
  const bench = await Bench.lay({ nodea: architecture, nodeb: architecture });
  try {
    progress(`appliance: machines of kind ${architecture}; their logs are in ${bench.directory}`);
    let isGood = true;
    for (const scenario of scenarios) {
      if (!isGood) await restore(bench);
      let rows = await play(bench, scenario);
      const [first] = rows.flatMap(({ problems }) => problems);
      if (first !== undefined && !ARM64_SCENARIOS.includes(scenario)) {
        for (const line of rows.flatMap(shown)) progress(line);
        await restore(bench);
        rows = (await play(bench, scenario)).map((row) => ({ ...row, first }));
      }
      isGood = rows.every(({ problems }) => problems.length === 0);
      for (const row of rows) told(row);
    }
  } finally {
    keepLogs(bench.directory, architecture);
    await bench.close();
  }
}

function keepLogs(directory: string, architecture: Architecture): void {
  const wanted = (path: string): boolean => path === directory || /-(console|log|qemu)$/.test(basename(path));
  mkdirSync(LOGS, { recursive: true });
  cpSync(directory, `${LOGS}${architecture}`, { recursive: true, filter: wanted });
}

main(process.argv.slice(2)).then(
  // Whatever still runs here ends with the exit.
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`appliance: ${error.message}`);
    process.exit(1);
  },
);
