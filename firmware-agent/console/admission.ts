import type { Caller } from '../../hw/caller.ts';
import type { ApiAuth } from '../config/apiauth.ts';

/** Why this caller may not speak under this client's name, with the mend; null: it may. Root and the agent's user always may. */
export function refusal(api: ApiAuth, client: string, { uid, gids }: Caller): string | null {
  if (uid === 0 || uid === process.getuid?.()) return null;
  const rule = Object.hasOwn(api, client) ? api[client] : api.default;
  if (rule?.uids.includes(uid) || gids.some((gid) => rule?.gids.includes(gid))) return null;
  const why = rule ? `admits ${rule.text}` : `does not name ${JSON.stringify(client)}, nor a default`;
  return `user ${uid} may not ask the agent: apiauth in ha.cf ${why}; root may`;
}

/** Whether somebody may ask who is neither root nor in the group of those who command: then the socket lets anybody knock. */
export function admitsOthers(api: ApiAuth, group: number | undefined): boolean {
  return Object.values(api).some(
    ({ uids, gids }) => uids.some((uid) => uid !== 0) || gids.some((gid) => gid !== group),
  );
}
