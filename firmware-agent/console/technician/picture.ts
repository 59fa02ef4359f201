import type { AlarmReport, GroupReport, LinkReport, StatusReport } from '../report.ts';
import { ago } from '../text.ts';
import { anyAddress } from './addresses.ts';

/** Characters: groups with longer names are counted instead. */
const longestNames = 30;

/** `nodea: active, serves everything`. What is wrong is in capitals: there is no colour. */
export function nodeLine({ node, status, groups, stable }: StatusReport): string {
  const state = status === 'active' ? status : status.toUpperCase();
  return `${node} (here): ${state}, ${serves(node, groups)}${moving(stable)}`;
}

export function peerLine({ peer, groups }: StatusReport): string {
  const { name, status, stable, lastHeartbeat } = peer;
  const heard = lastHeartbeat === null ? 'never heard' : `heard ${ago(lastHeartbeat)}`;
  if (status === 'dead') return `${name}: DEAD, ${heard}`;
  return `${name}: ${status}, ${serves(name, groups)}${moving(stable)}, ${heard}`;
}

function serves(node: string, groups: readonly GroupReport[]): string {
  const own = groups.filter(({ owner }) => owner === node);
  if (own.length === 0) return 'serves nothing';
  if (own.length === groups.length) return 'serves everything';
  const names = own.map(groupName).join(', ');
  return `serves ${names.length <= longestNames ? names : `${own.length} of ${groups.length} groups`}`;
}

function moving(stable: boolean): string {
  return stable ? '' : ', MOVING';
}

/** What is wrong, each with what can be done about it here; nobody can examine the cable of the `port` that he is at himself. */
export function alarmLines({ alarms, links }: StatusReport, port: string | null): string[] {
  return alarms.flatMap((alarm) => [`ALARM ${alarm.text}`, ...nextStep(alarm, links, port)]);
}

function nextStep({ kind, text }: AlarmReport, links: readonly LinkReport[], port: string | null): string[] {
  if (kind !== 'link-lost') return [];
  const serial = links.filter(({ medium }) => medium === 'serial');
  const silent = serial.find(({ name, state, examined }) => {
    return name !== port && state === 'down' && !examined && text.includes(` on ${name}`);
  });
  if (silent === undefined) return [];
  return [`  Type ${serial.length === 1 ? 'cable' : `cable ${silent.name}`} to examine it.`];
}

/** A group as a human knows it: its addresses and programs. */
export function groupName({ resources }: Pick<GroupReport, 'resources'>): string {
  return resources.map(({ text }) => anyAddress(text) ?? text).join(' ');
}
