import { join } from 'node:path';
import type { LogConfig } from '../config/config.ts';

export interface EnvironmentOptions {
  /** This node's name. */
  readonly self: string;
  /** As in `/etc/ha.d`. */
  readonly configDir: string;
  /** `/var/lib/heartbeat` unless told. */
  readonly stateDir?: string;
  readonly logTargets: LogConfig;
}

/** Where Debian puts Heartbeat's own helper programs. */
const helperDirectory = '/usr/share/heartbeat';

/**
 * What resource scripts find in their environment (spec logs-and-tools.md 5), and nothing of the agent's own. The
 * language is C: the answer of `status` is searched for English words.
 */
export function scriptEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { self, configDir, stateDir = '/var/lib/heartbeat', logTargets: log } = options;
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C',
    HA_CURHOST: self,
    HA_NICEFAILBACK: 'yes',
    HA_DIR: configDir,
    HA_FUNCS: join(configDir, 'shellfuncs'),
    HA_RCDIR: join(configDir, 'rc.d'),
    HA_RESOURCEDIR: join(configDir, 'resource.d'),
    HA_BIN: helperDirectory,
    HA_FIFO: join(stateDir, 'fifo'),
    HA_DATEFMT: '%Y/%m/%d_%T\t',
    HA_LOGD: 'no',
    HA_LOGFACILITY: log.facility ?? 'none',
    ...(log.logfile === undefined ? {} : { HA_LOGFILE: log.logfile }),
    ...(log.debugfile === undefined ? {} : { HA_DEBUGLOG: log.debugfile }),
    HA_debug: String(log.debug),
    HA_DEBUG: String(log.debug),
  };
}
