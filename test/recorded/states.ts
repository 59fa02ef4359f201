import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../../scripts/laboratory/box.ts';
import type { Outcome } from '../../scripts/laboratory/command.ts';
import type { PerSeat } from '../../scripts/laboratory/seat.ts';
import { type PairSettings, settingsOf } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import type { CommandName, StateName } from './questions.ts';

/** A node that runs a daemon of either kind, and has its commands under Heartbeat's names. */
export interface AskedNode {
  readonly box: Box;
  boot(): Promise<void>;
  kill(): Promise<void>;
  writeSettings(settings: PairSettings): void;
  ask(name: CommandName, ...words: string[]): Promise<Outcome>;
}

const LIMIT = 60_000;

/** A pair with ping nodes, whose times are written with their unit. */
export const PAIR: PairSettings = settingsOf({
  keepalive: 500,
  deadtime: 4000,
  initdead: 6000,
  directives: ['ping 10.78.0.1', 'ping_group gate 10.78.0.1 10.78.0.9'],
});

/** An ha.cf that nobody starts with. */
const BROKEN = 'deadtime soon\nnode nodea nodeb\n';

/** A node without its peer; its ha.cf leaves out and spells out other things than that of the pair. */
export const LONE = [
  'logfacility local3',
  'debugfile /run/ha-debug',
  'debug 0',
  'keepalive 1',
  'deadtime 3.5',
  'ucast x0 10.77.0.2',
  'auto_failback off',
  'node nodea nodeb',
  'crm off',
  'realtime off',
  'msgfmt netstring',
  'hopfudge 2',
  'use_logd off',
  'cluster shop',
  'uuidfrom nodename',
];

/**
 * Bring the pair from state to state, until the last of those wanted, and look at it in these. Both nodes are without power at
 * the beginning.
 */
export async function playStates(
  { nodea, nodeb }: PerSeat<AskedNode>,
  wanted: readonly StateName[],
  look: (state: StateName) => Promise<void>,
): Promise<void> {
  const isEnough = async (state: StateName): Promise<boolean> => {
    if (wanted.includes(state)) await look(state);
    return wanted.at(-1) === state;
  };
  const says = async (...words: string[]) => (await nodea.ask('cl_status', ...words)).stdout.trim();
  const holds = (set: string, peer: string) =>
    until(
      `nodea to hold ${set}`,
      async () => (await says('rscstatus')) === set && (await says('nodestatus', 'nodeb')) === peer,
      LIMIT,
    );

  const stop = async () => {
    await nodea.ask('heartbeat', '-k');
    await until('its end', async () => (await nodea.ask('heartbeat', '-s')).code !== 0, LIMIT);
  };

  await nodea.boot();
  await until('its daemon', async () => (await says('hbstatus')).includes('running'), LIMIT);
  await stop();
  if (await isEnough('stopped')) return;
  await nodea.ask('heartbeat');
  await nodeb.boot();
  await holds('local', 'active');
  const pings = ['10.78.0.1', 'gate'];
  for (const ping of pings)
    await until(`${ping}`, async () => (await says('nodestatus', ping)) === 'ping', LIMIT);
  if (await isEnough('own')) return;
  writeFileSync(haCf(nodea), BROKEN);
  if (await isEnough('broken')) return;
  nodea.writeSettings(PAIR);
  await nodea.ask('hb_standby');
  await holds('none', 'active');
  if (await isEnough('none')) return;
  await nodea.ask('hb_takeover');
  await holds('all', 'active');
  if (await isEnough('all')) return;
  await nodeb.kill();
  await holds('all', 'dead');
  await until(
    'its links to be dead',
    async () => (await says('hblinkstatus', 'nodeb', 'x0')) === 'dead',
    LIMIT,
  );
  if (await isEnough('dead')) return;
  await stop();

  writeFileSync(haCf(nodea), `${LONE.join('\n')}\n`);
  await nodea.ask('heartbeat');
  await holds('all', 'dead');
  if (await isEnough('lone')) return;
  await stop();

  writeFileSync(haCf(nodea), BROKEN);
  await isEnough('misconfigured');
}

function haCf({ box }: AskedNode): string {
  return join(box.directory, 'ha.d', 'ha.cf');
}
