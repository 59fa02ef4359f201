import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LogConfig } from '../config/config.ts';
import { PATH } from './script.ts';

export interface EnvironmentOptions {
  /** This node's name. */
  readonly self: string;
  /** As in `/etc/ha.d`. */
  readonly configDir: string;
  /** `/var/lib/heartbeat` unless told. */
  readonly stateDir?: string;
  readonly logTargets: LogConfig;
  /** `auto_failback legacy`. */
  readonly legacy?: boolean;
  /** The values of ha.cf as written, by directive, and those of its `env` lines by name. */
  readonly directives?: Readonly<Record<string, string>>;
}

/** Where distributions put the helper programs of resource scripts, and one that each of them has. */
const helperDirectories = ['/usr/libexec/heartbeat', '/usr/lib/heartbeat', '/usr/lib64/heartbeat'];
const helper = 'findif';
/** Where resource agents keep notes of what they started, gone with the next boot. */
const scratchDirectory = '/run/resource-agents';

/**
 * What resource scripts find in their environment (spec logs-and-tools.md 5), and nothing of the agent's own. The
 * language is C: the answer of `status` is searched for English words.
 */
export function scriptEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { self, configDir, stateDir = '/var/lib/heartbeat', logTargets: log, legacy = false } = options;
  const helpers = helperDirectories.find((directory) => existsSync(join(directory, helper)));
  const directives = Object.entries(options.directives ?? {});
  return {
    ...Object.fromEntries(directives.map(([name, value]) => [`HA_${name}`, value])),
    PATH,
    LANG: 'C',
    HA_CURHOST: self,
    HA_OSTATUS: 'active',
    ...(legacy ? {} : { HA_NICEFAILBACK: 'yes' }),
    HA_DIR: configDir,
    HA_FUNCS: join(configDir, 'shellfuncs'),
    HA_RCDIR: join(configDir, 'rc.d'),
    HA_RESOURCEDIR: join(configDir, 'resource.d'),
    // Shell functions that find no helpers here look for themselves.
    ...(helpers === undefined ? {} : { HA_BIN: helpers }),
    HA_NOARCHBIN: '/usr/share/heartbeat',
    HA_DOCDIR: '/usr/share/doc/heartbeat',
    HA_RSCTMP: scratchDirectory,
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
