import type { Variables } from './resource.ts';

/** What scripts find of the event in whose course a group starts, by the group's key (spec logs-and-tools.md 5). */
export type Course = (key: string) => Variables;

/** Nothing is known of what a Heartbeat's scripts find then. */
export const noCourse: Course = () => ({});

/** A node's own groups come up by the answer that it gives itself, */
export function ownCourse(self: string): Course {
  return (key) => ({
    HA_t: 'ip-request-resp',
    HA_src: self,
    HA_dest: self,
    HA_ipaddr: key,
    HA_weown: 'yes',
    HA_ok: 'OK',
  });
}

/** and those of its peer by the peer's death. */
export function deathCourse(peer: string): Course {
  return () => ({ HA_t: 'status', HA_src: peer, HA_st: 'dead' });
}
