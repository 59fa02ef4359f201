import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config/config.ts';
import { errorLines } from './config/diagnostic.ts';
import { loadConfig } from './config/load.ts';
import { systemProbe } from './config/probe.ts';
import type { Log } from './resources/log.ts';

/** What is read again at SIGHUP, and with what. */
export interface Reload {
  readonly config: Config;
  readonly configDir: string;
  readonly serialPorts: readonly string[];
  readonly log: Log;
}

/** What the new files ask for. `live`: it can be taken over at once; `restart`: only by a start of the agent. */
export type NewFiles =
  | { readonly change: 'none' }
  /** The errors, each with its place. */
  | { readonly change: 'refused'; readonly errors: readonly string[] }
  | { readonly change: 'live' | 'restart'; readonly config: Config };

/**
 * Read the files anew (spec cluster.md 7.4). A broken file is refused with its errors and changes nothing; the configuration
 * in use stays in force.
 */
export function readAgain({ config, configDir, serialPorts, log }: Reload): NewFiles {
  const verdict = loadConfig({ directory: configDir, node: config.self, probe: systemProbe(serialPorts) });
  if (!verdict.config) {
    const errors = errorLines(verdict.diagnostics);
    for (const error of errors) log('ERROR', error);
    log('ERROR', 'The new configuration is refused; the one in use stays in force.');
    return { change: 'refused', errors };
  }
  if (isDeepStrictEqual(verdict.config, config)) {
    log('info', 'Configuration unchanged.');
    return { change: 'none' };
  }
  if (!isDeepStrictEqual(verdict.config.keys, config.keys)) log('info', 'Rereading authentication file.');
  const isLive = isDeepStrictEqual(fixed(verdict.config), fixed(config));
  return { change: isLive ? 'live' : 'restart', config: verdict.config };
}

/** As written, for scripts: those that are running may find the old one. */
const liveDirectives = ['keepalive', 'deadtime', 'warntime', 'initdead', 'deadping', 'auto_failback'];

/** What only a start takes over: cables, groups, devices, logs. The watchdog is set by deadtime. */
function fixed(config: Config) {
  const {
    keys,
    api,
    password,
    keepalive,
    deadtime,
    warntime,
    initdead,
    deadping,
    autoFailback,
    defences,
    ...rest
  } = config;
  const directives = { ...config.directives };
  for (const name of liveDirectives) delete directives[name];
  return {
    ...rest,
    directives,
    alarms: defences.alarms,
    ...(config.watchdog === undefined ? {} : { deadtime }),
  };
}
