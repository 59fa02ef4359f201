import type { Draft, Setting } from './draft.ts';
import { type Findings, wholeFile } from './findings.ts';
import type { Probe } from './probe.ts';
import { anyOf } from './values.ts';

/** Who this machine is, and who says so. */
export interface Identity {
  readonly name: string;
  readonly origin: '--node' | 'nodeinfo' | 'uname -n';
}

/** `--node`, else the first line of the nodeinfo file, else `uname -n`; lower case (spec config.md 1). */
export function identify(node: string | undefined, nodeinfo: string | undefined, probe: Probe): Identity {
  if (node !== undefined) return { name: node.trim().toLowerCase(), origin: '--node' };
  const [line = ''] = nodeinfo?.split('\n', 1) ?? [];
  if (line.trim() !== '') return { name: line.trim().toLowerCase(), origin: 'nodeinfo' };
  return { name: probe.hostname().toLowerCase(), origin: 'uname -n' };
}

/** Hold the nodes of ha.cf against what a pair is: two, and this machine one of them. */
export function checkNodes(file: string, draft: Draft, self: Identity, findings: Findings): void {
  const { nodes } = draft;
  // A node that was refused has its own error, which is the one to mend.
  if (draft.refused.has('node')) return;
  const [first, second, third] = nodes;
  if (!first) {
    findings.error(
      wholeFile(file),
      `there are no nodes: write "node NAME1 NAME2" with what \`uname -n\` prints on each machine (here: ${self.name})`,
    );
    return;
  }
  if (!second) {
    findings.error(
      first.at,
      `a pair has two nodes, and there is only ${first.value}: add "node NAME" with what \`uname -n\` prints on the other machine`,
    );
  }
  if (third) {
    findings.error(
      third.at,
      `${third.value} is one node too many: Twinbeat runs pairs, exactly two nodes. Delete ${nodes.length - 2} of these ` +
        `${nodes.length}, or use Pacemaker with corosync, which is made for larger clusters`,
    );
  }
  if (!nodes.some(({ value }) => value === self.name)) {
    findings.error(first.at, strangerText(nodes, self));
  }
}

function strangerText(nodes: readonly Setting<string>[], self: Identity): string {
  const names = nodes.map(({ value }) => value);
  const near = names.find((name) => self.name.startsWith(`${name}.`) || name.startsWith(`${self.name}.`));
  const instead = near === undefined ? 'in place of one of these' : `in place of ${near}`;
  const ways = anyOf((near === undefined ? names : [near]).map((name) => `"--node ${name}"`));
  return (
    `this machine is called ${self.name} (by ${self.origin}), and that is not a node here, only ${names.join(' and ')} ` +
    `${names.length === 1 ? 'is' : 'are'}: write "node ${self.name}" ${instead}, ` +
    `or start with ${ways}, or put that name into the file nodeinfo`
  );
}
