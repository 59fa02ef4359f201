import type { LinkReport, StatusReport } from '../report.ts';

/** A node as Heartbeat's tools show it. */
export interface NodeView {
  readonly name: string;
  readonly type: 'normal' | 'ping';
  readonly status: string;
  readonly links: readonly { readonly name: string; readonly state: 'up' | 'dead' }[];
}

/** Every node of ha.cf, the last one first, as Heartbeat lists them; each one's links, too. */
export function nodeViews(report: StatusReport): NodeView[] {
  const pings = report.pings.map(
    ({ name, status }): NodeView => ({
      name,
      type: 'ping',
      status,
      links: [{ name, state: status === 'ping' ? 'up' : 'dead' }],
    }),
  );
  const nodes = report.nodes.map((name): NodeView => {
    const itself = name === report.node;
    const links = report.links.map((link) => ({ name: link.name, state: itself ? own(link) : peers(link) }));
    return {
      name,
      type: 'normal',
      status: itself ? report.status : report.peer.status,
      links: links.reverse(),
    };
  });
  return [...nodes, ...pings].reverse();
}

function peers({ state }: LinkReport): 'up' | 'dead' {
  return state === 'up' ? 'up' : 'dead';
}

/** A Heartbeat hears itself where a medium carries its own messages back to it. */
function own({ medium, fault }: LinkReport): 'up' | 'dead' {
  return medium === 'bcast' && fault === null ? 'up' : 'dead';
}

/** Names of nodes are the same in capitals. */
export function findNode(report: StatusReport, asked: string | undefined): NodeView | undefined {
  return nodeViews(report).find(({ name }) => name === asked?.toLowerCase());
}
