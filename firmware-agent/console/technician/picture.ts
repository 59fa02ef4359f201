import type { Holding } from '../../core/holding.ts';
import type { GroupReport, StatusReport } from '../report.ts';
import { ago } from '../text.ts';
import { anyAddress } from './addresses.ts';

const held: Readonly<Record<Holding, string>> = {
  all: 'serves everything',
  local: 'serves its own',
  foreign: "serves the other's",
  none: 'serves nothing',
};

/** `nodea: active, serves everything`. What is wrong is in capitals: there is no colour. */
export function nodeLine({ node, status, holds, stable }: StatusReport): string {
  return `${node} (here): ${status === 'active' ? status : status.toUpperCase()}, ${held[holds]}${moving(stable)}`;
}

export function peerLine({ peer }: StatusReport): string {
  const { name, status, holds, stable, lastHeartbeat } = peer;
  const heard = lastHeartbeat === null ? 'never heard' : `heard ${ago(lastHeartbeat)}`;
  if (status === 'dead') return `${name}: DEAD, ${heard}`;
  return `${name}: ${status}, ${held[holds]}${moving(stable)}, ${heard}`;
}

function moving(stable: boolean): string {
  return stable ? '' : ', MOVING';
}

export function alarmLines({ alarms }: StatusReport): string[] {
  return alarms.map(({ text }) => `ALARM ${text}`);
}

/** A group as a human knows it: its addresses and programs. */
export function groupName({ resources }: Pick<GroupReport, 'resources'>): string {
  return resources.map(({ text }) => anyAddress(text) ?? text).join(' ');
}
