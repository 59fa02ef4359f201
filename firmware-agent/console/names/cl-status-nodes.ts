import { shownVersion } from '../parameters.ts';
import type { StatusReport } from '../report.ts';
import { exit, noEnough, notEnough, optionFault, type Question, type Reply } from './cl-status-reply.ts';
import type { Words } from './getopt.ts';
import { findNode, type NodeView, nodeViews } from './node-views.ts';

const wrongNode: Reply = { code: exit.parameter, error: 'Error. May be due to incorrect node name' };

/** What is asked about nodes and the links of one. */
export const nodeQuestions: Readonly<Record<string, Question>> = {
  listnodes: {
    options: 'pnmv',
    optionFault,
    answer(report, given) {
      const [pings, normals] = [given.letters.includes('p'), given.letters.includes('n')];
      const listed = nodeViews(report).filter(
        ({ type }) => pings === normals || type === (pings ? 'ping' : 'normal'),
      );
      const lines = given.letters.includes('v') ? listed.flatMap(nodeLines) : listed.map(({ name }) => name);
      return { code: exit.ok, lines: [...title(given, 'The nodes are as follow:'), ...lines] };
    },
  },
  listhblinks: {
    options: 'mv',
    optionFault,
    answer(report, given) {
      if (given.words.length === 0) return noEnough;
      const node = findNode(report, given.words[0]);
      if (node === undefined)
        return {
          code: exit.other,
          errors: ['Cannot start heartbeat link interface walk.', 'REASON: EINVAL'],
        };
      const lines = node.links.map(
        ({ name, state }) => `\t${name}${given.letters.includes('v') ? `\t${state}` : ''}`,
      );
      return {
        code: exit.ok,
        lines: [...title(given, '\tthis node has the following heartbeat links:'), ...lines],
      };
    },
  },
  nodestatus: ofNode(notEnough, ({ status }, asked) => ({
    text: status,
    sentence: `The cluster node ${asked} is ${status}`,
    code: ['active', 'up', 'ping'].includes(status) ? exit.ok : exit.fail,
  })),
  nodetype: ofNode(noEnough, ({ type }, asked) => ({
    text: type,
    sentence: `The node ${asked}'s type: ${type}`,
  })),
  // No directive sets either in a pair: what every node has.
  nodeweight: ofNode(
    notEnough,
    (_, asked) => ({ text: '100', sentence: `The weight of the cluster node ${asked} is 100` }),
    { code: exit.parameter, error: 'Error. Maybe due to incorrect node name.' },
  ),
  nodesite: ofNode(notEnough, (_, asked) => ({
    text: '',
    sentence: `The site of the cluster node ${asked} is `,
  })),
};

/** What `hbstatus -v` tells. */
export function verbose(report: StatusReport): string[] {
  return [`version:\t${shownVersion}`, 'managed by:\t"haresources"', ...nodeViews(report).flatMap(nodeLines)];
}

/** A question about one node that takes no option but `-m`. */
function ofNode(
  nothing: Reply,
  tell: (
    node: NodeView,
    asked: string,
  ) => { readonly text: string; readonly sentence: string; readonly code?: number },
  unknown = wrongNode,
): Question {
  return {
    options: 'm',
    optionFault,
    answer(report, { words: [asked], letters }) {
      if (asked === undefined) return nothing;
      const node = findNode(report, asked);
      if (node === undefined) return unknown;
      const { text, sentence, code = exit.ok } = tell(node, asked);
      return { code, lines: [letters.includes('m') ? sentence : text] };
    },
  };
}

function title({ letters }: Words, text: string): string[] {
  return letters.includes('m') ? [text] : [];
}

function nodeLines({ name, status, type, links }: NodeView): string[] {
  return [
    '',
    `${name}\t${status}\t(nodetype: ${type})`,
    ...links.map((link) => `\t${link.name}\t${link.state}`),
  ];
}
