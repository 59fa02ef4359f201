import { join } from 'node:path';
import type { ResourceConfig } from '../config/config.ts';
import { Address, type AddressOptions } from './address.ts';
import { type EnvironmentOptions, scriptEnvironment } from './environment.ts';
import type { Resource } from './resource.ts';
import { Script, type ScriptLimits, type ScriptOptions } from './script-resource.ts';

export interface BuildOptions extends AddressOptions, EnvironmentOptions {
  readonly limits?: Partial<ScriptLimits>;
}

/** What makes a resource of each word of haresources. A further kind of resource gets its line here. */
export function resourceBuilder(options: BuildOptions): (config: ResourceConfig) => Resource {
  const scripts: ScriptOptions = {
    directories: [join(options.configDir, 'resource.d'), '/etc/init.d'],
    environment: scriptEnvironment(options),
    log: options.log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  };
  return (config) => (config.kind === 'address' ? new Address(config, options) : new Script(config, scripts));
}
