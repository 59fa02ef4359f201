import type { LinkState, Missing, PingState, State } from './state.ts';

/** A copy that shares nothing mutable with the original, made by hand because one is made for every event. */
export function copyState(state: State): State {
  const links: Record<string, LinkState> = {};
  for (const name in state.links) {
    const link = state.links[name];
    if (link) links[name] = { ...link };
  }
  const pings: Record<string, PingState> = {};
  for (const name in state.pings) {
    const ping = state.pings[name];
    if (ping) pings[name] = { ...ping };
  }
  const missing = new Map<number, Missing>();
  if (state.peer.missing.size > 0)
    for (const [seq, entry] of state.peer.missing) missing.set(seq, { ...entry });
  return {
    ...state,
    peer: { ...state.peer, missing },
    links,
    pings,
    resources: {
      ...state.resources,
      heldSince: { ...state.resources.heldSince },
      jobs: [...state.resources.jobs],
    },
    command: state.command && { ...state.command },
    claim: state.claim && { ...state.claim },
    look: state.look && { ...state.look },
    ipfail: state.ipfail && { ...state.ipfail },
    resent: state.resent.size > 0 ? new Map(state.resent) : new Map(),
  };
}
