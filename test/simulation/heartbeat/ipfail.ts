import type { Message } from '../../../firmware-agent/wire/message.ts';
import type { Daemon } from './daemon.ts';
import { ALL, FOREIGN } from './masks.ts';
import { isStable } from './resources.ts';
import { hbStandby } from './standby.ts';

/** ms: ipfail.md 4. */
const settledPause = 10_000;

function isOn({ settings, status, over }: Daemon): boolean {
  return settings.ipfail && !settings.legacy && status === 'active' && !over;
}

function countPings(daemon: Daemon): number {
  return [...daemon.pings.values()].filter(({ status }) => status === 'ping').length;
}

/** ipfail.md 3. */
function say(daemon: Daemon, type: string, ...fields: (readonly [string, string])[]): void {
  if (!isOn(daemon)) return;
  const { peer } = daemon.settings;
  daemon.send(
    type,
    ...fields,
    ['dest', peer],
    ['from_id', 'ipfail'],
    ['to_id', 'ipfail'],
    ['client_gen', '1'],
  );
}

/** A client is told of to the whole cluster (ipfail.md 2). */
export function joinIpfail(daemon: Daemon): void {
  if (!isOn(daemon)) return;
  daemon.send(
    'hbapi-clstat',
    ['st', 'join'],
    ['from_id', 'ipfail'],
    ['to_id', 'ipfail'],
    ['src', daemon.settings.self],
    ['info', 'signon'],
    ['client_gen', '1'],
  );
}

function compare(daemon: Daemon): void {
  say(daemon, 'num_ping_nodes', ['num_ping', String(countPings(daemon))]);
}

/** A link, or a ping node, fell silent; a ping node answers. */
export const compareAfterLoss = compare;
export const compareAfterReturn = compare;

/** The table of ipfail.md 4. */
export function onIpfail(daemon: Daemon, message: Message): void {
  if (!isOn(daemon) || message.text('from_id') !== 'ipfail') return;
  switch (message.text('t')) {
    case 'hbapi-clstat':
      if (message.text('st') === 'join') compare(daemon);
      break;
    case 'num_ping_nodes':
      onCount(daemon, Number(message.text('num_ping')));
      break;
    case 'you_are_dead':
      giveUpSoon(daemon, ALL);
      break;
    case 'abort_giveup':
      daemon.giveUp = null;
      break;
    default:
  }
}

function onCount(daemon: Daemon, theirs: number): void {
  const ours = countPings(daemon);
  if (ours > theirs) say(daemon, 'you_are_dead');
  else if (ours < theirs) giveUpSoon(daemon, ALL);
  else {
    say(daemon, 'abort_giveup');
    if (daemon.giveUp) daemon.giveUp = null;
    else if (daemon.settings.autoFailback && isStable(daemon)) giveUpSoon(daemon, FOREIGN);
  }
}

/** A new one replaces one that waits. */
function giveUpSoon(daemon: Daemon, set: number): void {
  const giveUp = { set };
  daemon.giveUp = giveUp;
  daemon.later(2 * daemon.settings.keepalive, () => {
    if (daemon.giveUp !== giveUp) return;
    daemon.giveUp = null;
    daemon.log('info', 'giveup() called (timeout worked)');
    if (isStable(daemon)) hbStandby(daemon, set);
    else daemon.needsStandby = true;
  });
}

export function onPeerStable(daemon: Daemon): void {
  if (!daemon.needsStandby) return;
  daemon.needsStandby = false;
  daemon.later(settledPause, () => compare(daemon));
}
