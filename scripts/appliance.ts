/** `npm run test:appliance`: two appliances in QEMU, with real cables and faults, then a table. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { play, restore } from '../test/appliance/play.ts';
import { shown, summary, table } from '../test/appliance/report.ts';
import { SCENARIOS } from '../test/appliance/scenarios.ts';
import type { Row } from '../test/appliance/step.ts';
import { Bench } from './appliance/bench.ts';
import { prepareImages } from './appliance/image.ts';
import { demandAppliances } from './appliance/needs.ts';
import { DIST } from './build/paths.ts';
import { progress } from './build/progress.ts';
import { enterLaboratory } from './laboratory/privilege.ts';

/** The machines' consoles and logs of the last run. */
const LOGS = `${DIST}appliance/logs/`;

/** Milliseconds for all of it, also where every wait is in vain. */
const LIMIT = 3_600_000;

/** Arguments choose scenarios by parts of their names; none: all. The first one, the boot, is always played. */
async function main(wanted: readonly string[]): Promise<number> {
  await demandAppliances();
  await prepareImages();
  enterLaboratory();
  setTimeout(() => {
    console.error(`appliance: not at its end after ${LIMIT / 60_000} minutes`);
    process.exit(1);
  }, LIMIT).unref();
  const [boot, ...others] = SCENARIOS;
  const chosen = others.filter(
    ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
  );
  if (boot === undefined || chosen.length === 0)
    throw new Error(`no scenario has ${wanted.join(' or ')} in its name`);
  const rows: Row[] = [];
  const told = (row: Row): void => {
    rows.push(row);
    for (const line of shown(row)) progress(line);
  };
  const bench = await Bench.lay();
  try {
    progress(`appliance: two machines boot; their logs are in ${bench.directory}`);
    let good = await play(bench, boot, told);
    for (const scenario of chosen) {
      if (!good) await restore(bench);
      good = await play(bench, scenario, told);
    }
  } finally {
    keepLogs(bench.directory);
    await bench.close();
  }
  for (const line of ['', ...table(rows), '', `The machines' consoles and logs are in dist/appliance/logs.`])
    console.log(line);
  console.log(summary(rows));
  return rows.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

function keepLogs(directory: string): void {
  rmSync(LOGS, { recursive: true, force: true });
  mkdirSync(LOGS, { recursive: true });
  const wanted = (path: string): boolean => path === directory || /-(console|log|qemu)$/.test(basename(path));
  cpSync(directory, LOGS, { recursive: true, filter: wanted });
}

main(process.argv.slice(2)).then(
  // Whatever still runs here ends with the exit.
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`appliance: ${error.message}`);
    process.exit(1);
  },
);
