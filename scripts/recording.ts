/** `npm run recording`: a technician's session at the console of a pair, for the README: its text and a picture. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT, shown } from './build/paths.ts';
import { NullModem } from './laboratory/cable.ts';
import { type Laboratory, layPair } from './laboratory/laboratory.ts';
import { Observer } from './laboratory/observer.ts';
import { enterLaboratory } from './laboratory/privilege.ts';
import { rest } from './laboratory/rest.ts';
import { SEATS } from './laboratory/seat.ts';
import { until } from './laboratory/wait.ts';
import { Laptop } from './recording/laptop.ts';
import { demandTerminal } from './recording/needs.ts';
import { asText, withText } from './recording/page.ts';

const PAGE = `${ROOT}README.md`;
const PICTURE = `${ROOT}firmware-agent/console/technician/session.png`;

const BAUD = 115_200;
/** Milliseconds that the pair has to get to rest, and to notice a broken wire. */
const PATIENCE = 60_000;
/** Milliseconds in which a human reads. */
const READING = 1500;

const PROMPT = /nodea> $/;
const QUESTION = /yes or no: $/;

/** A wire of the heartbeat's cable is broken; it is found, and is whole again; then the other box takes over. */
async function session(lab: Laboratory, laptop: Laptop): Promise<void> {
  const command = async (line: string) => {
    await pause(READING);
    await laptop.says(line, PROMPT);
  };
  const action = async (line: string) => {
    await pause(READING);
    await laptop.says(line, QUESTION);
    await command('yes');
  };
  await laptop.says('', PROMPT);
  await action('cable');
  await lab.serial.mend();
  await action('cable');
  await action('standby');
  await command('who');
}

/** The serial cable carries nothing from nodeb any more, and nodea raises its alarm. */
async function breakWire(lab: Laboratory): Promise<void> {
  await lab.serial.cut('nodeb');
  const isAlarmed = async () => ((await lab.nodea.status())?.alarms.length ?? 0) > 0;
  await until('the alarm of a broken wire', isAlarmed, PATIENCE);
}

async function record(lab: Laboratory, cable: NullModem): Promise<void> {
  const { nodea, nodes, directory } = lab;
  nodea.writeSettings({ ...nodea.settings, twinbeat: [`console ${cable.ports.nodea} ${BAUD}`] });
  for (const seat of SEATS) await nodes[seat].boot();
  const observer = new Observer(lab, { event: () => undefined, sighted: () => undefined });
  await rest(lab, observer, 'nodea', PATIENCE).finally(() => observer.close());
  await breakWire(lab);
  const laptop = await Laptop.open(cable.ports.nodeb, BAUD, join(directory, 'laptop'));
  try {
    await session(lab, laptop);
    const page = withText(readFileSync(PAGE, 'utf8'), asText(laptop.received));
    // The screen is a moment behind the cable.
    await pause(READING);
    await laptop.picture(PICTURE);
    writeFileSync(PAGE, page);
  } finally {
    await laptop.close();
  }
}

async function main(): Promise<void> {
  await demandTerminal();
  enterLaboratory();
  await using lab = await layPair();
  const cable = await NullModem.lay(BAUD);
  await record(lab, cable).finally(() => cable.close());
  console.log(`${shown(PAGE)} and ${shown(PICTURE)} show the new session: look at them.`);
}

main().then(
  // Children of a laboratory are gone by then.
  () => process.exit(0),
  (error: Error) => {
    console.error(`recording: ${error.message}`);
    process.exit(1);
  },
);
