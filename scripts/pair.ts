/** `npm run pair`: a pair on this machine, live: two nodes, two cables, one address. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Display, LineLog } from './laboratory/display.ts';
import { type Laboratory, layPair, type PairWishes } from './laboratory/laboratory.ts';
import { EXECUTABLE } from './laboratory/node.ts';
import { Observer } from './laboratory/observer.ts';
import { enterLaboratory } from './laboratory/privilege.ts';
import { conversation } from './laboratory/prompt.ts';
import { playScenario } from './laboratory/scenario.ts';
import { LiveScreen } from './laboratory/screen.ts';
import { SEATS } from './laboratory/seat.ts';
import { atEnd } from './laboratory/sweep.ts';
import { faults, table } from './laboratory/verdict.ts';

interface Options {
  readonly stay?: boolean;
  readonly keepalive: number;
  readonly deadtime: number;
  readonly executable: string;
}

/** Lines of each log shown where something went wrong. */
const LOG_LINES = 30;

/** A time as in ha.cf: seconds, or milliseconds with `ms`. */
function time(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms)?$/.exec(text) ?? [];
  const milliseconds = Math.round(Number(digits) * (unit === undefined ? 1000 : 1));
  if (!(milliseconds > 0)) throw new InvalidArgumentError('seconds, or milliseconds as in 500ms');
  return milliseconds;
}

function timeOption(name: string, help: string): Option {
  return new Option(`${name} <time>`, help).argParser(time);
}

function parse(): Options {
  return new Command('npm run pair --')
    .description('Lay out a pair on this machine and show a failover, live; exit 1 if anything went wrong.')
    .option('--stay', 'leave the pair running with a prompt of verbs (help lists them)')
    .addOption(
      timeOption('--keepalive', 'time between two heartbeats: seconds, or as in 500ms').default(1000, '1'),
    )
    .addOption(timeOption('--deadtime', 'silence after which a node is dead').default(5000, '5'))
    .addOption(new Option('--executable <path>', 'the agent to run').default(EXECUTABLE, 'the built one'))
    .parse()
    .opts<Options>();
}

async function stay(wishes: PairWishes): Promise<boolean> {
  const { say, run } = conversation(process.stdin, process.stdout);
  await using lab = await layPair(wishes);
  const observer = new Observer(lab, new LineLog(say));
  await Promise.all(SEATS.map((seat) => lab.nodes[seat].boot()));
  say(`The pair is booting; its files are in ${lab.directory}. \`help\` lists the verbs, \`quit\` ends it.`);
  await run(lab, observer);
  await observer.close();
  return true;
}

async function show(wishes: PairWishes): Promise<boolean> {
  await using lab = await layPair(wishes);
  const display = displayFor(lab);
  const forget = atEnd(() => display.close());
  const observer = new Observer(lab, display);
  const results = await playScenario(lab, observer, display);
  await observer.close();
  display.close();
  forget();
  const good = results.every((result) => faults(result).length === 0);
  if (!good) showLogs(lab);
  for (const line of table(results)) console.log(line);
  console.log(good ? '\nGood: everything as expected.' : '\nWRONG: see above.');
  return good;
}

function displayFor(lab: Laboratory): Display {
  if (process.stdout.isTTY) return new LiveScreen(process.stdout, lab.settings);
  return new LineLog((line) => console.log(line));
}

function showLogs(lab: Laboratory): void {
  for (const seat of SEATS) {
    const { log, said } = lab.nodes[seat];
    console.log(`\nThe end of ${seat}'s log:`);
    for (const line of [...log.tail(LOG_LINES), ...said.tail(LOG_LINES)].slice(-LOG_LINES))
      console.log(`  ${line}`);
  }
  console.log('');
}

async function main(): Promise<number> {
  const { stay: staying, ...wishes } = parse();
  enterLaboratory();
  return (await (staying ? stay(wishes) : show(wishes))) ? 0 : 1;
}

main().then(
  // Whatever still runs here ends with the exit; children of a laboratory are gone by then.
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
