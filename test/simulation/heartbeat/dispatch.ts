import type { Message } from '../../../firmware-agent/wire/message.ts';
import type { Daemon } from './daemon.ts';
import { onIpfail } from './ipfail.ts';
import { onGroupAnswer, onGroupRequest } from './legacy.ts';
import { onNodesAsked, onNodesTold } from './membership.ts';
import { onResource, onStarting } from './resources.ts';
import { checkStandby, onAskResources, onTakeoverRequest } from './standby.ts';
import { onOwnShutdone } from './stop.ts';
import { onPeerShutdone } from './takeover.ts';

/** A message that is for this node and no `status`: its own, before it is sent, or the peer's. */
export function dispatch(daemon: Daemon, message: Message, isOwn: boolean): void {
  const type = message.text('t');
  const dest = message.text('dest');
  if (dest !== undefined && dest !== daemon.settings.self) return;
  switch (type) {
    case 'reqnodes':
      if (!isOwn) onNodesAsked(daemon);
      break;
    case 'repnodes':
      if (!isOwn) onNodesTold(daemon);
      break;
    case 'ip-request':
      if (!isOwn) onGroupRequest(daemon, message);
      break;
    case 'ip-request-resp':
      onGroupAnswer(daemon, message);
      break;
    case 'hb_takeover':
      if (!isOwn) onTakeoverRequest(daemon, message);
      break;
    default:
      if (daemon.status === 'active' && !daemon.settings.legacy) manage(daemon, message, isOwn);
      else if (type === 'shutdone') onShutdone(daemon, isOwn);
  }
  checkStandby(daemon);
}

/** The handlers of the resource layer are there once the node is active (cluster.md 9.1). */
function manage(daemon: Daemon, message: Message, isOwn: boolean): void {
  switch (message.text('t')) {
    case 'starting':
      if (!isOwn) onStarting(daemon);
      break;
    case 'resource':
      onResource(daemon, message, isOwn);
      break;
    case 'ask_resources':
      onAskResources(daemon, message, isOwn);
      break;
    case 'shutdone':
      onShutdone(daemon, isOwn);
      break;
    default:
      if (!isOwn) onIpfail(daemon, message);
  }
}

function onShutdone(daemon: Daemon, isOwn: boolean): void {
  if (isOwn) onOwnShutdone(daemon);
  else onPeerShutdone(daemon);
}
