import type { Bench } from '../../scripts/appliance/bench.ts';
import { service } from '../../scripts/appliance/guest.ts';
import { VIRTUAL_ADDRESS } from '../../scripts/laboratory/network.ts';
import type { Scenario } from './step.ts';

/** nodea is an arm64; nodeb has no power. */
export const arm64Box: Scenario = {
  name: 'arm64 box',
  steps: [
    {
      title: 'boots alone, serves, tells it on its console',
      act: (bench) => bench.powerOn('nodea'),
      rest: { owner: 'nodea', pair: 'alone' },
      outage: 'any',
      check: wrongBox,
    },
  ],
};

/** Milliseconds for a command of ours on an emulated arm64. */
const LIMIT = 60_000;

/** What `twinbeat status` says there. */
const SAID = [
  /^nodea +active +all +this machine$/m,
  /^nodeb +DEAD +none +never heard$/m,
  new RegExp(`::${VIRTUAL_ADDRESS}/24/eth0: held by nodea `),
  /^Watchdog .*: armed/m,
];

async function wrongBox(bench: Bench): Promise<string[]> {
  const { console, shell } = bench.machines.nodea;
  const said: readonly (readonly [string, readonly RegExp[]])[] = [
    [await shell.run('uname -m'), [/^aarch64$/m]],
    [await service(bench, 'nodea', 'status'), [/running/]],
    [await console.run('twinbeat status', LIMIT), SAID],
  ];
  return said.flatMap(([text, wanted]) =>
    wanted.filter((words) => !words.test(text)).map((words) => `${words} does not fit: ${text.trim()}`),
  );
}
