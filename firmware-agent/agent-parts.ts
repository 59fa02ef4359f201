import { openAdvertisement } from '../hw/advertisement.ts';
import { openArp } from '../hw/arp.ts';
import { watchDevice } from '../hw/interface-watch.ts';
import { addAddress, listAddresses, listAddresses6, removeAddress } from '../hw/netlink.ts';
import { openSyslog } from '../hw/syslog.ts';
import { Alarms } from './alarm/alarms.ts';
import { Bell } from './alarm/bell.ts';
import { Clients } from './clients/clients.ts';
import type { Config } from './config/config.ts';
import type { AgentOptions } from './console/command-context.ts';
import { parametersOf } from './console/parameters.ts';
import { EventLog } from './events/event-log.ts';
import { Fencer } from './fencing/fencer.ts';
import { highestDebug } from './log/level.ts';
import { Logger } from './log/logger.ts';
import { scriptEnvironment } from './resources/environment.ts';
import { ResourceManager, type Rival } from './resources/groups.ts';
import { inTheNameOf, type Log } from './resources/log.ts';
import { RcScripts } from './resources/rc-scripts.ts';

/** What the agent works with from its start to its end, one life of the core after the other. */
export interface AgentParts {
  readonly logger: Logger;
  readonly log: Log;
  readonly events: EventLog;
  readonly alarms: Alarms;
  readonly fencer: Fencer;
  readonly clients: Clients;
  readonly rcScripts: RcScripts;
  readonly resources: ResourceManager;
}

export interface PartsListener {
  /** Another machine claims an address that is held here. */
  readonly rival: (rival: Rival) => void;
  /** A program without which this machine must not run has failed. */
  readonly reboot: (why: string) => void;
}

export function agentParts(config: Config, options: AgentOptions, listener: PartsListener): AgentParts {
  const { self, peer } = config;
  const { configDir, stateDir, debug = 0 } = options;
  const targets = { ...config.log, debug: Math.min(config.log.debug + debug, highestDebug) };
  const logger = new Logger({
    node: self,
    targets,
    openSyslog: (facility, ident) => openSyslog({ facility, ident }),
  });
  const log: Log = (level, text, entity) => logger.log(level, text, entity);
  const scripts = {
    self,
    configDir,
    stateDir,
    logTargets: targets,
    legacy: config.legacy,
    directives: { ...parametersOf(config), ...config.directives },
  };
  const environment = scriptEnvironment(scripts);
  // Each event has its own.
  const { HA_OSTATUS: _, ...ofEvents } = environment;
  return {
    logger,
    log,
    events: new EventLog({ stateDir, log }),
    alarms: new Alarms({
      commands: config.defences.alarms,
      node: self,
      peer,
      log,
      bell: config.bell === null ? undefined : new Bell({ device: config.bell, log }),
    }),
    fencer: new Fencer({ devices: config.fencing, self, peer, log }),
    rcScripts: new RcScripts({ configDir, environment: ofEvents, log: inTheNameOf('harc', log) }),
    clients: new Clients({ clients: config.clients, environment, log, reboot: listener.reboot }),
    resources: new ResourceManager({
      ...scripts,
      groups: config.groups,
      hardware: { addAddress, removeAddress, listAddresses, openArp, watchDevice },
      hardware6: { addAddress, removeAddress, listAddresses6, openAdvertisement, watchDevice },
      log,
      rival: listener.rival,
    }),
  };
}
