import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { OPTION_WORD, withoutComment } from '../config/source.ts';
import { version } from '../version.ts';
import { defaults } from './names/defaults.ts';

/** Directives that have a value only where ha.cf gives one. */
const optional = ['watchdog', 'use_logd', 'rtprio', 'logfile', 'debugfile', 'logfacility'];

/** As this agent prints its version where Heartbeat prints its own. */
export const shownVersion = `${version} (twinbeat)`;

/**
 * What `cl_status hbparameter` tells: the directives of ha.cf that have one value, as written there or by default.
 * The file was checked by whoever made `config` of it.
 */
export function parametersOf(
  config: Pick<Config, 'directory' | 'deadping' | 'initdead' | 'warntime'>,
): Record<string, string> {
  const known = new Map<string, string>([
    ...defaults.map(({ name, value }) => [name, value] as const),
    ['debug', '0'],
    ['udpport', '694'],
    ...(['deadping', 'initdead', 'warntime'] as const).map((name) => [name, `${config[name]}ms`] as const),
  ]);
  for (const line of textOf(join(config.directory, 'ha.cf')).split('\n')) {
    const [written = '', value] = withoutComment(line.replace(/\r+$/, '')).match(OPTION_WORD) ?? [];
    const name = written === 'crm' ? 'pacemaker' : written;
    if (value !== undefined && (known.has(name) || optional.includes(name))) known.set(name, value);
  }
  // What is told when only the other one is asked for.
  if (!known.has('logfile') && (known.has('debugfile') || known.has('logfacility')))
    known.set('logfile', '/dev/null');
  known.set('crm', known.get('pacemaker') ?? '');
  known.set('hbversion', shownVersion);
  return Object.fromEntries(known);
}

/** It was there a moment ago: where it is gone, the defaults are told. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
