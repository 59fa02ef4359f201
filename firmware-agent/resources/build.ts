import { join } from 'node:path';
import type { ResourceConfig } from '../config/config.ts';
import { Address, type AddressOptions } from './address.ts';
import type { Conflict } from './announcer.ts';
import { type EnvironmentOptions, scriptEnvironment } from './environment.ts';
import type { Resource } from './resource.ts';
import { Script, type ScriptLimits, type ScriptOptions } from './script-resource.ts';

export interface BuildOptions extends Omit<AddressOptions, 'onConflict'>, EnvironmentOptions {
  /** Told as often as it is logged: every 10 s for one machine, never more than once a second. */
  readonly rival?: (rival: Rival) => void;
  readonly limits?: Partial<ScriptLimits>;
}

/** Another machine claims an address of this group while it is here. */
export interface Rival extends Conflict {
  readonly key: string;
}

/** What makes a resource of each word of a group. A further kind of resource gets its line here. */
export function resourceBuilder(options: BuildOptions): (config: ResourceConfig, key: string) => Resource {
  const scripts: ScriptOptions = {
    directories: [join(options.configDir, 'resource.d'), '/etc/init.d'],
    environment: scriptEnvironment(options),
    log: options.log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  };
  const { rival } = options;
  return (config, key) => {
    if (config.kind === 'script') return new Script(config, scripts);
    return new Address(config, { ...options, onConflict: (conflict) => rival?.({ key, ...conflict }) });
  };
}
