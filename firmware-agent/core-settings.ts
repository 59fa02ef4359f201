import { randomInt } from 'node:crypto';
import { listInterfaces } from '../hw/netlink.ts';
import { compared } from './compared.ts';
import type { Config, MediumConfig } from './config/config.ts';
import type { Holding } from './core/holding.ts';
import type { LinkSettings, Settings } from './core/settings.ts';
import type { Generation } from './identity.ts';

/** What a life of the core is told: the configuration, and who this box is in this life. */
export function coreSettings(
  config: Config,
  uuid: Uint8Array,
  generation: Generation,
  keeps: Holding = 'none',
): Settings {
  const { self, peer, nodes, keepalive, deadtime, warntime, initdead, deadping } = config;
  const { items, digest } = compared(config);
  const keysOf = (prefers: (node: string) => boolean) =>
    config.groups.filter(({ node }) => prefers(node)).map(({ key }) => key);
  return {
    self,
    pid: process.pid,
    peer,
    nodes,
    uuid: Buffer.from(uuid).toString('hex'),
    macs: hardwareAddresses(),
    generation: generation.number,
    generationIsNew: generation.isNew,
    keeps,
    keepalive,
    deadtime,
    warntime,
    initdead,
    deadping,
    rexmitDelay: config.rexmitDelay,
    autoFailback: config.autoFailback,
    legacy: config.legacy,
    links: linkSettings(config.media),
    pings: config.pings.map(({ name }) => name),
    ipfail: config.ipfail,
    // Drawn, as both sides acknowledge at the same moments otherwise (spec wire.md 7.3).
    ackResidue: firstAcknowledged + randomInt(10 - firstAcknowledged),
    localKeys: keysOf((node) => node === self),
    foreignKeys: keysOf((node) => node !== self),
    addressKeys: config.groups
      .filter(({ resources }) => resources.some(({ kind }) => kind === 'address'))
      .map(({ key }) => key),
    configuration: items,
    configurationDigest: digest,
    defences: {
      ...config.defences,
      lock: config.lock?.lease ?? null,
      fence: config.fencing.length > 0,
    },
  };
}

/**
 * Not one of those that a node says as soon as it starts: a Heartbeat in legacy mode that hears an acknowledgement before a status
 * believes that it is alone, and takes what we serve. Some time later it has heard a status.
 */
const firstAcknowledged = 5;

/** A box for a pair has fewer ports. */
const mostMacs = 8;

/** Of every port, up or not: what the peer sees on the LAN is one of them. */
function hardwareAddresses(): string[] {
  const macs = listInterfaces().map(({ mac }) => mac);
  // A loopback has none, or zeroes.
  return [...new Set(macs)].filter((mac) => /[1-9a-f]/.test(mac)).slice(0, mostMacs);
}

function linkSettings(media: readonly MediumConfig[]): LinkSettings[] {
  const deviceOf = (medium: MediumConfig) => (medium.kind === 'serial' ? medium.path : medium.device);
  return media.map((medium) => ({
    name: medium.name,
    medium: medium.kind,
    shared: media.some((other) => other !== medium && deviceOf(other) === deviceOf(medium)),
  }));
}
