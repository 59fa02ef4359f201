import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config/config.ts';
import { formatDiagnostic } from './config/diagnostic.ts';
import { loadConfig } from './config/load.ts';
import { systemProbe } from './config/probe.ts';

type Log = (level: 'ERROR' | 'WARN' | 'info', text: string) => void;

/** What is read again at SIGHUP, and with what. */
export interface Reload {
  readonly config: Config;
  readonly configDir: string;
  readonly serialPorts: readonly string[];
  readonly log: Log;
}

/**
 * Read the files anew and return the keys to use from now on; null: those in use stay. A broken file is refused
 * with its errors and changes nothing; what only a start can change is said.
 */
export function reloadKeys({ config, configDir, serialPorts, log }: Reload): Config['keys'] | null {
  const verdict = loadConfig({ directory: configDir, node: config.self, probe: systemProbe(serialPorts) });
  if (!verdict.config) {
    for (const diagnostic of verdict.diagnostics) {
      if (diagnostic.severity === 'error') log('ERROR', formatDiagnostic(diagnostic));
    }
    log('ERROR', 'The new configuration is refused; the one in use stays in force.');
    return null;
  }
  const { keys, ...rest } = verdict.config;
  const { keys: keysInUse, ...restInUse } = config;
  const restChanged = !isDeepStrictEqual(rest, restInUse);
  if (restChanged) {
    log(
      'WARN',
      'ha.cf, haresources or twinbeat.cf changed: that takes a restart of the agent, only keys do not.',
    );
  }
  if (isDeepStrictEqual(keys, keysInUse)) {
    if (!restChanged) log('info', 'Configuration unchanged.');
    return null;
  }
  log('info', 'Rereading authentication file.');
  return keys;
}
