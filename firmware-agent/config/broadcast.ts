import type { Reading } from './draft.ts';

/** `ip addr add` sets no broadcast address unless it is told to. */
export function warnOfBroadcasts({ draft, probe, findings }: Reading): void {
  const without = probe.broadcastless();
  for (const { kind, at, ...medium } of draft.media) {
    if (kind !== 'bcast' || !('device' in medium) || !without.includes(medium.device)) continue;
    findings.warning(
      at,
      `bcast: ${medium.device} has no broadcast address, so the link stays down: give it one as in ` +
        `"ip addr add ADDRESS/PREFIX brd + dev ${medium.device}", or write "ucast ${medium.device} ADDRESS"`,
    );
  }
}
