import { join } from 'node:path';
import type { OcfResource } from '../config/config.ts';
import { firstExecutable } from './executable.ts';
import { type Answer, defaultLimits, Program, type ProgramOptions } from './program.ts';
import { ResourceError } from './resource.ts';

/** Where the agents are, each below its provider. */
const defaultRoot = '/usr/lib/ocf';
/** Exit codes of `monitor`, those of a promoted agent among them. */
const running = [0, 8];
const notRunning = 7;
const notInstalled = 5;

export interface OcfOptions extends ProgramOptions {
  /** `/usr/lib/ocf` unless told. */
  readonly ocfRoot?: string;
}

/** An agent of the Open Cluster Framework, called by its own interface: parameters in the environment, exit codes back. */
export class OcfAgent extends Program {
  constructor(config: OcfResource, options: OcfOptions) {
    const { text, provider, agent } = config;
    const root = options.ocfRoot ?? defaultRoot;
    const path = join(root, 'resource.d', provider, agent);
    const limits = { ...defaultLimits, ...options.limits };
    super(
      {
        text,
        law: 'an OCF-compliant agent',
        absent: [notInstalled],
        stopsFirst: true,
        args: (action) => [action === 'status' ? 'monitor' : action],
        environment: (action) => environmentOf(config, root, limits[action]),
        understand: ({ code }) => answerOf(code),
        async locate() {
          if ((await firstExecutable([path])) === undefined)
            throw new ResourceError(`Cannot locate OCF agent ${path}`);
          return path;
        },
      },
      options,
    );
  }
}

function answerOf(code: number | null): Answer {
  if (code === null) return 'unknown';
  if (running.includes(code)) return 'running';
  // What is not installed here cannot run here.
  return code === notRunning || code === notInstalled ? 'stopped' : 'unknown';
}

function environmentOf(config: OcfResource, root: string, limit: number): Record<string, string> {
  const { provider, agent, instance, parameters } = config;
  const named = Object.entries(parameters).map(([name, value]) => [`OCF_RESKEY_${name}`, value] as const);
  return {
    ...Object.fromEntries(named),
    OCF_ROOT: root,
    OCF_RA_VERSION_MAJOR: '1',
    OCF_RA_VERSION_MINOR: '0',
    OCF_RESOURCE_PROVIDER: provider,
    OCF_RESOURCE_TYPE: agent,
    OCF_RESOURCE_INSTANCE: instance,
    // Zero tells a single question from one of a series: the agent answers it also where nothing was started yet.
    OCF_RESKEY_CRM_meta_interval: '0',
    OCF_RESKEY_CRM_meta_timeout: String(limit),
  };
}
