import type { FenceDevice } from '../config/config.ts';
import type { Probe } from '../config/probe.ts';
import { searchPath } from '../resources/script.ts';
import { optionProblem } from './agent-input.ts';
import { missingProgram } from './device.ts';

/** What to say about a device before it is needed. */
export interface FenceProblem {
  /** `error`: it cannot work on this machine. */
  readonly severity: 'error' | 'warning';
  /** What is wrong, and what to do. */
  readonly text: string;
}

/** Where cluster-glue has its plug-ins, by distribution. */
const pluginDirectories = ['/usr/lib/stonith/plugins', '/usr/lib64/stonith/plugins'];

/** Plug-ins that succeed, or fail, whatever becomes of the peer's box. */
const unfitTypes: Readonly<Record<string, FenceProblem>> = {
  null: { severity: 'warning', text: 'null resets nothing and says that it did: use it for tests only' },
  ssh: needsLivingPeer('ssh'),
  'external/ssh': needsLivingPeer('external/ssh'),
  suicide: {
    severity: 'error',
    text: 'suicide resets this box instead of the other: name a device that resets the other',
  },
  meatware: {
    severity: 'warning',
    text: 'meatware gives a human 60 s at a time for meatclient: write "fence manual" into twinbeat.cf instead',
  },
};

/**
 * Why a device cannot work on this machine, as far as files can tell; undefined: nothing speaks against it. A shell
 * command is not judged here: it is checked like that of an alarm.
 */
export function fenceProblem(device: FenceDevice, probe: Probe): FenceProblem | undefined {
  if (device.kind === 'agent')
    return error(optionProblem(device.options) ?? programProblem(device.program, probe));
  if (device.kind !== 'stonith') return undefined;
  return (
    error(programProblem('stonith', probe) ?? pluginProblem(device.type, probe)) ??
    ('file' in device ? fileProblem(device.file, probe) : undefined) ??
    (Object.hasOwn(unfitTypes, device.type) ? unfitTypes[device.type] : undefined)
  );
}

function error(text: string | null): FenceProblem | undefined {
  return text === null ? undefined : { severity: 'error', text };
}

function programProblem(program: string, probe: Probe): string | null {
  const paths = program.includes('/') ? [program] : searchPath.map((directory) => `${directory}/${program}`);
  if (paths.some((path) => probe.isExecutable(path))) return null;
  const found = paths.find((path) => probe.exists(path));
  return found === undefined
    ? missingProgram(program)
    : `${found} cannot be run: "chmod +x" it, or name a program`;
}

/** A library, or a program in `external`, which must be root's alone to write, or cluster-glue passes over it. */
function pluginProblem(type: string, probe: Probe): string | null {
  const directory = pluginDirectories.find((path) => probe.exists(path));
  // Where plug-ins are elsewhere, and where another program brings them, the command alone knows them.
  if (directory === undefined || /^(?!external\/).*\//.test(type)) return null;
  const path = type.startsWith('external/') ? `${directory}/${type}` : `${directory}/stonith2/${type}.so`;
  if (!probe.exists(path)) return unknownType(type, probe.exists(`${directory}/external/${type}`));
  if (!type.startsWith('external/')) return null;
  if (!probe.isExecutable(path)) return `${path} cannot be run: "chmod +x" it`;
  if ((probe.mode(path) & 0o022) === 0) return null;
  return `others than its owner may write ${path}, so stonith does not take it: "chmod go-w ${path}"`;
}

function unknownType(type: string, isExternal: boolean): string {
  const mend = isExternal ? `write external/${type}` : 'write one that "stonith -L" lists';
  return `stonith has no plug-in ${type} on this machine: ${mend}`;
}

function fileProblem(path: string, probe: Probe): FenceProblem | undefined {
  if (!probe.exists(path))
    return error(`there is no ${path}: write the plug-in's parameters into it, in one line`);
  const mode = probe.mode(path);
  if ((mode & 0o044) === 0) return undefined;
  const octal = (mode & 0o777).toString(8).padStart(3, '0');
  return {
    severity: 'warning',
    text: `others than its owner may read ${path}, which may hold a password (mode ${octal}): "chmod 600 ${path}"`,
  };
}

function needsLivingPeer(type: string): FenceProblem {
  return {
    severity: 'warning',
    text: `${type} resets only a box that still works and is reached by the network: use it for tests only`,
  };
}
