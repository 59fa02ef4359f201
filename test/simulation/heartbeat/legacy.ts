import type { Message } from '../../../firmware-agent/wire/message.ts';
import type { Daemon } from './daemon.ts';
import { FOREIGN } from './masks.ts';
import { acquireLocal } from './resources.ts';
import { keysOf, moveGroups, queueScript } from './scripts.ts';

/** `auto_failback legacy` (cluster.md 8), and the self-addressed answers of the other modes (4.1). */

export function startLegacy(daemon: Daemon): void {
  acquireLocal(daemon);
}

/** rc.d/ip-request: let go of what runs here, and answer either way. */
export function onGroupRequest(daemon: Daemon, message: Message): void {
  const key = message.text('ipaddr');
  const { settings } = daemon;
  if (!settings.legacy || key === undefined || daemon.status !== 'active') return;
  queueScript(daemon, (done) => {
    const isHere = daemon.running.has(key);
    moveGroups(daemon, 'release', isHere ? [key] : [], () => {
      if (settings.foreignKeys.includes(key)) daemon.holds &= ~FOREIGN;
      const weown = isHere ? 'yes' : 'no';
      daemon.send(
        'ip-request-resp',
        ['dest', settings.peer],
        ['ipaddr', key],
        ['weown', weown],
        ['ok', 'OK'],
      );
      done();
    });
  });
}

/** rc.d/ip-request-resp: take the group, unless it was given away meanwhile, see README.md. */
export function onGroupAnswer(daemon: Daemon, message: Message): void {
  const key = message.text('ipaddr');
  if (key === undefined || message.text('ok') !== 'OK') return;
  queueScript(daemon, (done) => {
    const isOurs = keysOf(daemon, daemon.holds).includes(key);
    moveGroups(daemon, 'acquire', isOurs ? [key] : [], done);
  });
}
