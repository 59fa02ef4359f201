import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../../scripts/appliance/bench.ts';
import { settled } from '../../scripts/appliance/guest.ts';
import { PASSWORD } from '../../scripts/appliance/settings.ts';
import { SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { LIMIT } from './play.ts';
import type { Scenario, Step } from './step.ts';
import { A_SERVES } from './steps.ts';
import { atLaptop, leave, promptOf, type Technician, toPrompt } from './technician.ts';
import { undisturbed } from './undisturbed.ts';

const PASSWORD_PROMPT = /Password .*: $/;
const QUESTION = /yes or no: $/;
/** Milliseconds between two keys of somebody who looks for each. */
const SLOW = 120;
/** Longer than the silence that a question asks for, in ms. */
const A_BREATH = 1000;
const SCREENS = [
  [80, 24],
  [40, 12],
] as const;
/** At the box of this seat: what takes the resources from nodea. */
const MOVE = { nodea: 'standby', nodeb: 'takeover' } as const;

/** At both boxes at once, and nothing may come of it. */
function atBoth(title: string, work: (technician: Technician) => Promise<unknown>): Step {
  const act = (bench: Bench) =>
    Promise.all(
      SEATS.map((seat) =>
        atLaptop(bench, seat, async (technician) => {
          await toPrompt(technician);
          await work(technician);
          await toPrompt(technician);
          await leave(technician);
        }),
      ),
    );
  return undisturbed({ title, act, rest: A_SERVES, outage: 'none' });
}

async function typesAndPastes(technician: Technician): Promise<void> {
  const { human } = technician;
  const prompt = promptOf(technician);
  const from = human.text.length;
  await human.type('stauts\b\b\btus\r', SLOW);
  await human.sees(/cables: /, from);
  await human.sees(prompt, from);
  for (const [columns, rows] of SCREENS) {
    await human.says(`size ${columns} ${rows}\r`, prompt);
    const page = await human.says('help\r', /-- more: Enter, or q -- $|> $/);
    if (!prompt.test(page)) await human.says('q\r', prompt);
    const pasted = await human.says('version\rversion\nlinks\r\nversion\rwho\r', /10\.78\.0\.100: .*> $/s);
    const answers = pasted.match(/the agent: /g)?.length;
    if (answers !== 3) throw new Error(`${answers} answers to version, pasted three times: ${pasted}`);
    if (page.split('\r\n').length > rows + 1) throw new Error(`more than ${rows} rows: ${page}`);
    const tooWide = `${page}${pasted}`.split('\r\n').find((line) => line.length >= columns);
    if (tooWide !== undefined) throw new Error(`wider than ${columns} columns: ${tooWide}`);
  }
}

async function pastesYes(technician: Technician): Promise<void> {
  const { human, cable, seat } = technician;
  await human.says(`${MOVE[seat]}\ryes\ryes\r`, PASSWORD_PROMPT);
  await sleep(A_BREATH);
  await human.says(`${PASSWORD}\ryes\ryes\r`, /> $|: $/);
  await sleep(A_BREATH);
  await toPrompt(technician);
  await cable.noise(0.03);
  for (let count = 0; count < 10; count += 1) human.paste('takeover\ryes\rstandby\ryes\r');
  await sleep(2 * A_BREATH);
  await cable.noise(0);
  await sleep(A_BREATH);
}

async function cableIsPulled(technician: Technician): Promise<void> {
  const { human, cable, seat } = technician;
  const half = Math.ceil(MOVE[seat].length / 2);
  human.paste(MOVE[seat].slice(0, half));
  await sleep(A_BREATH);
  await cable.cut();
  human.paste(`${MOVE[seat].slice(half)}\r`);
  await sleep(A_BREATH);
  await cable.mend();
  human.paste('\ryes\r');
  await sleep(A_BREATH);
}

async function printsForEver(technician: Technician): Promise<void> {
  const { human, cable, baud } = technician;
  await human.says('log follow\r', /line 40 /);
  const from = human.text.length;
  await human.says('\x03', promptOf(technician));
  const late = human.text.length - from;
  if (late > 1000) throw new Error(`${late} bytes after Ctrl-C, at ${baud} baud`);
  const again = human.text.length;
  human.paste('log follow\r');
  await human.sees(/until Ctrl-C:\r\n/, again);
  await cable.cut();
  await sleep(A_BREATH);
  await cable.mend();
}

/** Something in the box that has much to say, for half a minute. */
function talks(bench: Bench, seat: Seat): void {
  const lines = "seq 50 | sed 's/.*/line & of a log that never ends/'";
  const loop = `for time in $(seq 100); do ${lines}; usleep 300000; done`;
  bench.machines[seat].shell.begin(`(${loop}) >>/var/log/ha-log &`);
}

const endlessLog = atBoth('a log that prints for ever: Ctrl-C, cable pulled', printsForEver);

async function wrongFiveTimes(bench: Bench, seat: Seat): Promise<void> {
  await atLaptop(bench, seat, async (technician) => {
    const { human } = technician;
    await toPrompt(technician);
    const from = human.text.length;
    await human.says(`${MOVE[seat]}\r`, PASSWORD_PROMPT);
    for (let count = 1; count < 5; count += 1)
      await human.says(`wrong ${count}\r`, /Wait \d+ s.*Password .*: $/s);
    await human.says('wrong 5\r', /press Enter for the console/);
    if (human.text.slice(from).includes('wrong 1')) throw new Error('the password is shown');
    await toPrompt(technician);
    await leave(technician);
  });
}

/** The right password is asked for once in a session. */
async function movesAndBack(bench: Bench): Promise<void> {
  await atLaptop(bench, 'nodeb', async (technician) => {
    const { human } = technician;
    const answers = async () => {
      await sleep(A_BREATH);
      await human.says('yes\r', promptOf(technician));
    };
    await toPrompt(technician);
    await human.says('takeover\r', PASSWORD_PROMPT);
    await sleep(A_BREATH);
    await human.says(`${PASSWORD}\r`, QUESTION);
    await answers();
    await settled(bench, { owner: 'nodeb', pair: 'both' }, LIMIT);
    await human.says('standby\r', QUESTION);
    await answers();
    await leave(technician);
  });
}

export const consoles: Scenario = {
  name: 'console on both boxes',
  steps: [
    atBoth('typed slowly, pasted fast, 80x24, 40x12', typesAndPastes),
    atBoth('standby, takeover and yes pasted; noise', pastesYes),
    atBoth('the cable is pulled in mid-command', cableIsPulled),
    {
      ...endlessLog,
      act: async (bench) => {
        for (const seat of SEATS) talks(bench, seat);
        await endlessLog.act(bench);
      },
    },
    undisturbed({
      title: 'nodea: a wrong password five times',
      act: (bench) => wrongFiveTimes(bench, 'nodea'),
      rest: A_SERVES,
      outage: 'none',
    }),
    undisturbed(
      {
        title: 'nodeb: takeover and standby, with a yes each',
        act: movesAndBack,
        rest: A_SERVES,
        outage: 'move',
      },
      true,
    ),
  ],
};
