import type { Message } from '../wire/message.ts';
import { compareAfterLoss, compareAfterReturn, noteLink, noteNode } from './ipfail.ts';
import { log, type Turn } from './turn.ts';

/** A ping node answered: the echo of what we signed ourselves, so nobody else can have made it (spec ipfail.md 1). */
export function onPingAnswer(turn: Turn, name: string, message: Message): void {
  const { pings, now, settings } = turn.state;
  const ping = pings[name];
  if (!ping || message.text('t') !== 'NS_st' || message.text('src') !== name) return;
  const gap = now - (ping.lastAnswer ?? now);
  ping.lastAnswer = now;
  if (ping.status === 'ping') return;
  if (gap > settings.deadping)
    log(turn, 'CRIT', `Late heartbeat: Node ${name}: interval ${Math.round(gap)} ms (> deadtime)`);
  ping.status = 'ping';
  log(turn, 'info', `Link ${name}:${name} up.`);
  log(turn, 'info', `Status update for node ${name}: status ping`);
  noteLink(turn, name, name, 'up');
  noteNode(turn, name, 'ping');
  compareAfterReturn(turn);
}

/** When a silent ping node is called dead; at first boot patience reaches until initdead. */
export function pingDeadline(turn: Turn, name: string): number {
  const { pings, settings, startedAt, linksUp } = turn.state;
  const ping = pings[name];
  if (!ping || ping.status === 'dead') return Number.POSITIVE_INFINITY;
  const heard = ping.lastAnswer ?? startedAt;
  return heard + (linksUp ? settings.deadping : settings.initdead);
}

export function expirePings(turn: Turn): void {
  const { pings, now } = turn.state;
  // Looked at with every event.
  for (const name in pings) {
    const ping = pings[name];
    if (ping === undefined || pingDeadline(turn, name) > now) continue;
    const answered = ping.status === 'ping';
    ping.status = 'dead';
    log(turn, 'WARN', `node ${name}: is dead`);
    noteNode(turn, name, 'dead');
    if (!answered) continue;
    log(turn, 'info', `Link ${name}:${name} dead.`);
    noteLink(turn, name, name, 'dead');
    compareAfterLoss(turn);
  }
}
