import { join } from 'node:path';
import type { Address6Resource, ResourceConfig } from '../config/config.ts';
import { Address, type AddressOptions } from './address.ts';
import type { Conflict } from './announcer.ts';
import { Delay } from './delay.ts';
import { type EnvironmentOptions, scriptEnvironment } from './environment.ts';
import type { Address6Hardware, AddressHardware } from './hardware.ts';
import { inTheNameOf, manager } from './log.ts';
import { OcfAgent } from './ocf.ts';
import type { ProgramLimits } from './program.ts';
import type { Resource } from './resource.ts';
import { Script, type ScriptOptions } from './script-resource.ts';
import { SendArp } from './send-arp.ts';
import { SystemdUnit } from './systemd.ts';

export interface BuildOptions
  extends Omit<AddressOptions, 'hardware' | 'openPort' | 'onConflict'>,
    EnvironmentOptions {
  readonly hardware: AddressHardware;
  readonly hardware6: Address6Hardware;
  /** Told as often as it is logged: every 10 s for one machine, never more than once a second. */
  readonly rival?: (rival: Rival) => void;
  readonly limits?: Partial<ProgramLimits>;
}

/** Another machine claims an address of this group while it is here. */
export interface Rival extends Conflict {
  readonly key: string;
}

/** What makes a resource of each word of a group. A further kind of resource gets its line here. */
export function resourceBuilder(options: BuildOptions): (config: ResourceConfig, key: string) => Resource {
  const { configDir, hardware, hardware6, rival } = options;
  const { openArp } = hardware;
  const programs: ScriptOptions = {
    directories: [join(configDir, 'resource.d'), '/etc/init.d'],
    environment: scriptEnvironment(options),
    log: inTheNameOf(manager, options.log),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  };
  return (config, key) => {
    const onConflict = (conflict: Conflict): void => rival?.({ key, ...conflict });
    switch (config.kind) {
      case 'address':
        return new Address(config, { ...options, onConflict, hardware, openPort: openArp });
      case 'address6':
        return address6(config, { ...options, onConflict }, hardware6);
      case 'arp':
        return new SendArp(config, { ...options, openPort: (device) => openArp(device, () => undefined) });
      case 'delay':
        return new Delay(config, options.timers);
      case 'script':
        return new Script(config, programs);
      case 'ocf':
        return new OcfAgent(config, programs);
      case 'systemd':
        return new SystemdUnit(config, programs);
    }
  };
}

function address6(
  config: Address6Resource,
  options: Omit<AddressOptions, 'hardware' | 'openPort'>,
  { listAddresses6, openAdvertisement, ...family }: Address6Hardware,
): Address {
  const hardware = { ...family, listAddresses: listAddresses6 };
  return new Address(config, { ...options, hardware, openPort: openAdvertisement });
}
