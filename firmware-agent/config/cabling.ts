import { warnOfBroadcasts } from './broadcast.ts';
import type { MediumConfig } from './config.ts';
import { refuseConsoles } from './consoles.ts';
import { defaultPort, foreignService } from './databases.ts';
import type { MediumDraft, Reading } from './draft.ts';
import { wholeFile } from './findings.ts';
import type { Probe } from './probe.ts';

const DEFAULT_BAUD = 19200;
const MOST_MEDIA = 64;

/** The media with the port and baud rate that they share, which count wherever in the file they stand. */
export function settleMedia(file: string, reading: Reading): readonly MediumConfig[] {
  const { draft, probe, findings } = reading;
  const { udpport, baud } = draft.settings;
  const usual = defaultPort(probe);
  const port = udpport?.value ?? usual;
  const rate = baud?.value ?? DEFAULT_BAUD;

  warnOfOrder('udpport', usual, reading, ({ kind }) => ['ucast', 'ucast6', 'bcast'].includes(kind));
  warnOfOrder('baud', DEFAULT_BAUD, reading, ({ kind }) => kind === 'serial');
  const service = udpport && foreignService(port, probe);
  if (service) {
    findings.warning(
      udpport.at,
      `udpport ${port} is registered for ${service}: take care that it is not in use`,
    );
  }

  refuseConsoles(reading);
  warnOfBroadcasts(reading);
  if (draft.media.length > MOST_MEDIA) {
    findings.error(wholeFile(file), `${draft.media.length} media: at most ${MOST_MEDIA} are possible`);
  }
  const media = ownNames(distinctMedia(reading).map((medium) => complete(medium, port, rate)));
  // Where a medium was refused its own error is the thing to mend.
  const refused = ['serial', 'bcast', 'ucast', 'ucast6', 'mcast', 'mcast6'].some((name) =>
    draft.refused.has(name),
  );
  if (media.length === 0 && !refused) {
    findings.error(
      wholeFile(file),
      'there is no medium to hear the other node on: write for example "serial /dev/ttyS0", "bcast eth1" or ' +
        '"ucast eth1 ADDRESS" with the address of the other node',
    );
  }
  return media;
}

function complete(medium: MediumDraft, port: number, baud: number): MediumConfig {
  const { at: _, ...rest } = medium;
  switch (rest.kind) {
    case 'serial':
      return { ...rest, name: rest.path, baud };
    case 'mcast':
    case 'mcast6':
      return { ...rest, name: rest.device };
    default:
      return { ...rest, name: rest.device, port };
  }
}

/** A further medium on the same interface is told apart by its kind, as in `eth0/ucast`: links go by their names. */
function ownNames(media: readonly MediumConfig[]): MediumConfig[] {
  const taken = new Set<string>();
  return media.map((medium) => {
    let { name } = medium;
    if (taken.has(name)) name = `${name}/${medium.kind}`;
    for (let n = 2; taken.has(name); n += 1) name = `${medium.name}/${medium.kind}${n}`;
    taken.add(name);
    return { ...medium, name };
  });
}

/** Heartbeat gives a medium the port and rate that stand before it, so with such a peer the order still matters. */
function warnOfOrder(
  name: 'udpport' | 'baud',
  usual: number,
  { draft, findings }: Reading,
  affected: (medium: MediumDraft) => boolean,
): void {
  const setting = draft.settings[name];
  if (!setting || setting.value === usual) return;
  const before = draft.media.find((medium) => affected(medium) && medium.at.line < setting.at.line);
  if (!before) return;
  findings.warning(
    setting.at,
    `${name} ${setting.value} counts for all media here, but Heartbeat would not use it for line ${before.at.line}: ` +
      `move it above that line`,
  );
}

/** The media without those that repeat another; one cable opened twice would only get in its own way. */
function distinctMedia({ draft, probe, findings }: Reading): MediumDraft[] {
  const kept: MediumDraft[] = [];
  for (const medium of draft.media) {
    const same = kept.find((other) => identity(other, probe) === identity(medium, probe));
    const namesake = kept.find((other) => nameOf(other) === nameOf(medium));
    if (same) {
      findings.warning(
        medium.at,
        `this is the same medium as in line ${same.at.line}: not used twice, delete it`,
      );
      continue;
    }
    if (namesake) {
      findings.warning(
        medium.at,
        `${nameOf(medium)} is used by line ${namesake.at.line} too: two links on one cable fail together`,
      );
    }
    kept.push(medium);
  }
  return kept;
}

function nameOf(medium: MediumDraft): string {
  return medium.kind === 'serial' ? medium.path : medium.device;
}

/** A port may have several names, as in /dev/serial/by-id. */
function identity(medium: MediumDraft, probe: Probe): string {
  const { at: _, ...rest } = medium;
  return JSON.stringify(rest.kind === 'serial' ? { ...rest, path: probe.realPath(rest.path) } : rest);
}
