import { errorText } from '../../hw/error.ts';
import type { OcfResource } from './config.ts';
import type { Probe } from './probe.ts';
import { Problem } from './values.ts';

const ROOT = '/usr/lib/ocf/resource.d';
const FORM = 'OCF::AGENT::INSTANCE or OCF::[PROVIDER:]AGENT::NAME=VALUE';

/** What an OCF word is checked against. */
export interface OcfSurroundings {
  /** The configuration directory, whose conf/OCF has the parameters of instances. */
  readonly directory: string;
  readonly probe: Probe;
}

export interface ParsedOcf {
  readonly resource: OcfResource;
  readonly warning?: string;
}

/**
 * `OCF::[PROVIDER:]AGENT[::INSTANCE][::NAME=VALUE...]`. The parameters of an instance are in a file, as with Heartbeat's
 * own OCF script; those in the word come on top.
 */
export function parseOcf(
  text: string,
  [name = '', ...args]: readonly string[],
  surroundings: OcfSurroundings,
): ParsedOcf | Problem {
  const [agent = '', provider = 'heartbeat', ...more] = name.split(':').toReversed();
  if (more.length > 0 || !isPlainName(agent) || !isPlainName(provider)) {
    return new Problem(`"${name}" is not the name of an OCF agent: write ${FORM}`);
  }
  const instance = args[0]?.includes('=') ? undefined : args.shift();
  if (instance !== undefined && !isPlainName(instance)) {
    return new Problem(`"${instance}" is neither the name of an instance nor NAME=VALUE: write ${FORM}`);
  }
  const filed = instance === undefined ? {} : readInstance(agent, instance, surroundings);
  if (filed instanceof Problem) return filed;
  const given = parseParameters(args);
  if (given instanceof Problem) return given;
  const path = `${ROOT}/${provider}/${agent}`;
  const { probe } = surroundings;
  return {
    resource: {
      kind: 'ocf',
      text,
      provider,
      agent,
      instance: instance ?? nameOf(provider, agent, args),
      parameters: { ...filed, ...given },
    },
    ...(!probe.isExecutable(path) && {
      warning: probe.exists(path)
        ? `${path} cannot be run: "chmod +x" it`
        : `there is no OCF agent ${path}: the group cannot start here until there is; Debian has them in the package resource-agents`,
    }),
  };
}

/** What says all that the word does is alike on both nodes, and no other's. */
function nameOf(provider: string, agent: string, args: readonly string[]): string {
  const words = [...(provider === 'heartbeat' ? [] : [provider]), agent, ...args];
  return words.map((word) => word.replace(/[^\w.-]+/g, '_')).join('_');
}

function isPlainName(name: string): boolean {
  return /^\w[\w.-]*$/.test(name);
}

function parseParameters(args: readonly string[]): Record<string, string> | Problem {
  const parameters: Record<string, string> = {};
  let last: string | undefined;
  for (const arg of args) {
    const [, name, value = ''] = /^(\w+)=(.*)$/.exec(arg) ?? [];
    // "::" is a part of an IPv6 address here, not a separator.
    if (name === undefined && last !== undefined && /^[\da-f:]*$/i.test(parameters[last] ?? '')) {
      parameters[last] += `::${arg}`;
      continue;
    }
    if (name === undefined) return new Problem(`"${arg}" is not NAME=VALUE: write ${FORM}`);
    if (name in parameters) return new Problem(`${name} is given twice: delete one of them`);
    parameters[name] = value;
    last = name;
  }
  return parameters;
}

/** A line of an instance's file, which Heartbeat has read by the shell: a plain value, or one in quotes. */
const ASSIGNMENT =
  /^\s*(?:export\s+)?OCF_RESKEY_(\w+)=(?:"([^"$`\\]*)"|'([^']*)'|([^\s"'$`\\;&|<>()#]*))\s*;?\s*(?:#.*)?$/;

function readInstance(
  agent: string,
  instance: string,
  { directory, probe }: OcfSurroundings,
): Record<string, string> | Problem {
  const path = `${directory}/conf/OCF/${agent}/${instance}`;
  if (!probe.exists(path)) {
    return new Problem(
      `there is no ${path}: write it, with a line OCF_RESKEY_NAME=VALUE for each parameter of the agent, or write them here, ` +
        `as in OCF::${agent}::NAME=VALUE`,
    );
  }
  const text = read(path, probe);
  if (text instanceof Problem) return text;
  const parameters: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name, inDouble, inSingle, plain] = ASSIGNMENT.exec(line) ?? [];
    // The line itself is not told: it may hold a password.
    if (name === undefined) {
      return new Problem(
        `${path}:${index + 1} is not OCF_RESKEY_NAME=VALUE: a value is a plain word or in quotes, without shell commands`,
      );
    }
    parameters[name] = inDouble ?? inSingle ?? plain ?? '';
  }
  return parameters;
}

function read(path: string, probe: Probe): string | Problem {
  try {
    return probe.readText(path);
  } catch (error) {
    return new Problem(`${path} cannot be read: ${errorText(error)}`);
  }
}
