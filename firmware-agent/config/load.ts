import { join } from 'node:path';
import { errorText } from '../../hw/error.ts';
import type { Keyring } from '../wire/keyring.ts';
import { AUTHKEYS_MEND, readAuthkeys } from './authkeys.ts';
import type { Config, GroupConfig, Verdict } from './config.ts';
import { emptyDraft, type Reading } from './draft.ts';
import { Findings, wholeFile } from './findings.ts';
import { type HaCf, readHaCf } from './hacf.ts';
import { HARESOURCES_MEND, readHaresources } from './haresources.ts';
import { type Identity, identify } from './nodes.ts';
import type { Probe } from './probe.ts';
import { readTwinbeatCf, type TwinbeatCf } from './twinbeatcf.ts';

const HA_CF_MEND =
  'write it with at least "node NAME1 NAME2", "auto_failback on" and a medium such as "serial /dev/ttyS0" or "bcast eth1"';

export interface LoadOptions {
  /** Where ha.cf, authkeys, haresources and twinbeat.cf are, as in /etc/ha.d. */
  readonly directory: string;
  /** The name of this node; absent: that of the nodeinfo file, else `uname -n`. */
  readonly node?: string | undefined;
  readonly probe: Probe;
}

/**
 * Read and check a configuration directory. Whatever is wrong with it is in the verdict's diagnostics, all of it at once, and
 * `config` is there only where none of them is an error.
 * @throws only where the machine itself cannot be asked, such as without /proc
 */
export function loadConfig({ directory, node, probe }: LoadOptions): Verdict {
  const findings = new Findings();
  const files = new Directory(directory, probe, findings);
  const self = identify(node, files.readOptional('nodeinfo'), probe);

  const text = files.read('ha.cf', HA_CF_MEND);
  const reading = { draft: emptyDraft(), probe, findings };
  const cf = text === undefined ? undefined : readHaCf(text, self, reading);
  const extensions = readTwinbeatCf(files.readOptional('twinbeat.cf') ?? '', cf, reading);
  checkSecrets(files, reading);
  const keys = loadKeys(files, probe, findings);
  const groups = cf?.crm ? ignoreGroups(files, findings) : loadGroups(files, cf, probe, findings);

  const config =
    findings.failed || !cf || !keys ? undefined : assemble(directory, self, cf, extensions, keys, groups);
  return { ...(config && { config }), ...(cf && { log: cf.log }), diagnostics: findings.list() };
}

function assemble(
  directory: string,
  { name: self }: Identity,
  { crm: _, nodes, ...cf }: HaCf,
  extensions: TwinbeatCf,
  keys: Keyring,
  groups: readonly GroupConfig[],
): Config | undefined {
  const [first, second] = nodes;
  if (first === undefined || second === undefined) return undefined;
  return {
    directory,
    self,
    nodes: [first, second],
    peer: self === first ? second : first,
    ...cf,
    ...extensions,
    fencing: [...cf.fencing, ...extensions.fencing],
    keys,
    groups,
  };
}

function loadKeys(files: Directory, probe: Probe, findings: Findings): Keyring | undefined {
  const text = files.read('authkeys', AUTHKEYS_MEND);
  if (text === undefined) return undefined;
  const path = files.path('authkeys');
  const octal = modeForOthers(path, probe);
  if (octal !== undefined) {
    findings.error(
      wholeFile('authkeys'),
      `others than its owner may read the keys (mode ${octal}): "chmod 600 ${path}"`,
    );
  }
  return readAuthkeys('authkeys', text, findings);
}

/** The file's mode in octal where others than its owner may read it. */
function modeForOthers(path: string, probe: Probe): string | undefined {
  const mode = probe.mode(path);
  return (mode & 0o044) === 0 ? undefined : (mode & 0o777).toString(8).padStart(3, '0');
}

/** One warning a file. Heartbeat's own ha.cf may be read by all, and mostly is. */
function checkSecrets(files: Directory, { draft, probe, findings }: Reading): void {
  for (const file of new Set(draft.secrets.map((word) => word.file))) {
    const at = draft.secrets.find((word) => word.file === file);
    const path = files.path(file);
    const octal = modeForOthers(path, probe);
    if (!at || octal === undefined) continue;
    findings.warning(
      at,
      `others than its owner may read the password in this file (mode ${octal}): "chmod 600 ${path}"`,
    );
  }
}

function loadGroups(
  files: Directory,
  cf: HaCf | undefined,
  probe: Probe,
  findings: Findings,
): readonly GroupConfig[] {
  const text = files.read('haresources', HARESOURCES_MEND);
  if (text === undefined) return [];
  const surroundings = { nodes: cf?.nodes ?? [], directory: files.directory, probe };
  return readHaresources('haresources', text, surroundings, findings);
}

/** What Heartbeat does not run with crm on, an upgrade must not start to run (spec config.md 4). */
function ignoreGroups(files: Directory, findings: Findings): readonly GroupConfig[] {
  if (files.readOptional('haresources') !== undefined) {
    findings.warning(
      wholeFile('haresources'),
      'this file is ignored because ha.cf has crm on: nothing in it is served',
    );
  }
  return [];
}

/** The configuration directory: what cannot be read becomes an error in its place. */
class Directory {
  readonly directory: string;
  readonly #probe: Probe;
  readonly #findings: Findings;

  constructor(directory: string, probe: Probe, findings: Findings) {
    this.directory = directory;
    this.#probe = probe;
    this.#findings = findings;
  }

  path(file: string): string {
    return join(this.directory, file);
  }

  /** @param mend what to do where the file is missing */
  read(file: string, mend: string): string | undefined {
    return this.#read(file, `there is no ${this.path(file)}: ${mend}`);
  }

  readOptional(file: string): string | undefined {
    return this.#read(file, undefined);
  }

  #read(file: string, missing: string | undefined): string | undefined {
    try {
      return this.#probe.readText(this.path(file));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ENOENT') this.#findings.error(wholeFile(file), this.#unreadable(file, code, error));
      else if (missing !== undefined) this.#findings.error(wholeFile(file), missing);
      return undefined;
    }
  }

  #unreadable(file: string, code: unknown, error: unknown): string {
    if (code === 'EACCES') return `${this.path(file)} may not be read by this user: run this as root`;
    if (code === 'EISDIR') return `${this.path(file)} is a directory: a file of that name is needed`;
    return `${this.path(file)} cannot be read: ${errorText(error)}`;
  }
}
