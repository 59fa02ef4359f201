import { shownVersion } from '../parameters.ts';
import type { StatusReport } from '../report.ts';
import type { Words } from './getopt.ts';
import { type NodeView, nodeViews } from './node-views.ts';

/** The exit codes of cl_status. */
export const exit = { ok: 0, fail: 1, parameter: 11, other: 13 } as const;

/** What a sub-command prints, and its exit code. */
export interface Reply {
  readonly code: number;
  /** To stdout. */
  readonly lines?: readonly string[];
  /** To stderr, as it is. */
  readonly error?: string;
  /** To stderr, as lines of a log. */
  readonly errors?: readonly string[];
}

interface Question {
  /** For getopt. */
  readonly options: string;
  /** What is logged of a wrong option; the words differ from one to the next in Heartbeat, too. */
  readonly optionFault: string;
  answer(report: StatusReport, given: Words): Reply;
}

const optionFault = 'Error: getopt returnedcharacter ?.';
const codeFault = 'Error: getopt returnedcharacter code ?.';

const wrongNode: Reply = { code: exit.parameter, error: 'Error. May be due to incorrect node name' };
const notEnough: Reply = { code: exit.parameter, error: 'Not enough parameters.' };
const noEnough: Reply = { code: exit.parameter, error: 'No enough parameter.' };

const questions: Readonly<Record<string, Question>> = {
  clientstatus: { options: 'm', optionFault, answer: clientStatus },
  hblinkstatus: { options: 'm', optionFault, answer: linkStatus },
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
      const node = find(report, given.words[0]);
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
  rscstatus: {
    options: 'm',
    optionFault,
    answer(report, { letters }) {
      const set = holding(report);
      return {
        code: exit.ok,
        lines: [letters.includes('m') ? `This node is holding ${set} resources.` : set],
      };
    },
  },
  hbparameter: { options: 'mp:', optionFault: codeFault, answer: parameter },
};

export function question(name: string): Question | undefined {
  return Object.hasOwn(questions, name) ? questions[name] : undefined;
}

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
      const node = find(report, asked);
      if (node === undefined) return unknown;
      const { text, sentence, code = exit.ok } = tell(node, asked);
      return { code, lines: [letters.includes('m') ? sentence : text] };
    },
  };
}

function linkStatus(report: StatusReport, { words: [node, link], letters }: Words): Reply {
  if (node === undefined || link === undefined) return noEnough;
  const found = find(report, node)?.links.find(({ name }) => name === link);
  if (found === undefined) {
    return { code: exit.other, errors: ['Cannot get heartbeat link status', 'REASON: '] };
  }
  const line = letters.includes('m')
    ? `The node ${node}'s heartbeat link ${link} is ${found.state}`
    : found.state;
  return { code: found.state === 'up' ? exit.ok : exit.fail, lines: [line] };
}

/** Nobody signs on here: the one client that there may be is built in, and what runs with a live peer is not known. */
function clientStatus(report: StatusReport, { words: [node, client] }: Words): Reply {
  if (node === undefined || client === undefined) return noEnough;
  const found = find(report, node);
  const builtIn = client === 'ipfail' && report.ipfail;
  if (builtIn && found?.name === report.node) return { code: exit.ok, lines: ['online'] };
  if (found === undefined || (builtIn && found.status === 'active')) {
    return {
      code: exit.other,
      errors: [`Cannot get heartbeat client ${client}'s status`, 'REASON: No timely response.'],
    };
  }
  return { code: exit.fail, lines: ['offline'] };
}

function parameter(report: StatusReport, { values, letters }: Words): Reply {
  const name = values.get('p');
  if (name === undefined) return { code: exit.parameter, errors: ['parameter name required'] };
  const value = Object.hasOwn(report.parameters, name) ? report.parameters[name] : undefined;
  if (value === undefined) {
    return { code: exit.fail, errors: [`Cannot get parameter ${name}'s value`, 'REASON: '] };
  }
  return {
    code: exit.ok,
    lines: [letters.includes('m') ? `Heartbeat parameter ${name}'s value: ${value}` : value],
  };
}

function holding({ holds, stable, peer }: StatusReport): string {
  return stable && (peer.status === 'dead' || peer.stable) ? holds : 'transition';
}

function title({ letters }: Words, text: string): string[] {
  return letters.includes('m') ? [text] : [];
}

/** Names of nodes are the same in capitals. */
function find(report: StatusReport, asked: string | undefined): NodeView | undefined {
  return nodeViews(report).find(({ name }) => name === asked?.toLowerCase());
}

function nodeLines({ name, status, type, links }: NodeView): string[] {
  return [
    '',
    `${name}\t${status}\t(nodetype: ${type})`,
    ...links.map((link) => `\t${link.name}\t${link.state}`),
  ];
}
