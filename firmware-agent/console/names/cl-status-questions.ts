import type { StatusReport } from '../report.ts';
import { nodeQuestions } from './cl-status-nodes.ts';
import { exit, noEnough, optionFault, type Question, type Reply } from './cl-status-reply.ts';
import type { Words } from './getopt.ts';
import { findNode } from './node-views.ts';

const codeFault = 'Error: getopt returnedcharacter code ?.';

const questions: Readonly<Record<string, Question>> = {
  ...nodeQuestions,
  clientstatus: { options: 'm', optionFault, answer: clientStatus },
  hblinkstatus: { options: 'm', optionFault, answer: linkStatus },
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

/** The question of this name that a running agent is asked. */
export function question(name: string): Question | undefined {
  return Object.hasOwn(questions, name) ? questions[name] : undefined;
}

function linkStatus(report: StatusReport, { words: [node, link], letters }: Words): Reply {
  if (node === undefined || link === undefined) return noEnough;
  const found = findNode(report, node)?.links.find(({ name }) => name === link);
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
  const found = findNode(report, node);
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
