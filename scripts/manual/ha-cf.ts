import type { Diagnostic } from '../../firmware-agent/config/diagnostic.ts';
import type { Directive } from '../../firmware-agent/config/directive.ts';
import { directives } from '../../firmware-agent/config/directives.ts';
import { loadConfig } from '../../firmware-agent/config/load.ts';
import type { Probe } from '../../firmware-agent/config/probe.ts';
import { haCfWords } from './ha-cf-words.ts';

/** A directive of ha.cf, and what becomes of it here. */
export interface HaCfRow {
  readonly directive: Directive;
  readonly text: string;
  /** It is read and checked, and changes nothing. */
  readonly isIdle: boolean;
}

/**
 * Every directive of ha.cf. Of one without effect is said what the agent says when it reads it.
 * Throws where there is nothing to say.
 */
export function haCfRows(): HaCfRow[] {
  return [...directives.values()].map((directive) => {
    const { sample, does } = haCfWords[directive.name] ?? {};
    const remark = sample === undefined ? undefined : remarkOn(directive.name, sample);
    const text = remark ?? does;
    if (text === undefined)
      throw new Error(`scripts/manual/ha-cf-words.ts does not tell what ${directive.name} does`);
    return { directive, text, isIdle: remark !== undefined };
  });
}

/** What the agent says of a line that is right. */
function remarkOn(name: string, sample: string): string | undefined {
  const found = diagnosticsOf(`${name} ${sample}`).find(({ line, file }) => file === 'ha.cf' && line === 4);
  if (found?.severity === 'error')
    throw new Error(`scripts/manual/ha-cf-words.ts: "${name} ${sample}" is wrong: ${found.text}`);
  return found?.text.replace(`${name}: `, '');
}

function diagnosticsOf(line: string): readonly Diagnostic[] {
  const files: Readonly<Record<string, string>> = {
    '/etc/ha.d/ha.cf': `node nodea nodeb\nauto_failback on\nbcast eth1\n${line}\n`,
    '/etc/ha.d/authkeys': 'auth 1\n1 sha1 key\n',
    '/etc/ha.d/haresources': 'nodea 10.0.0.1/24/eth0\n',
    '/etc/passwd': 'hacluster:x:90:90::/:/bin/sh\n',
  };
  return loadConfig({ directory: '/etc/ha.d', probe: machineWith(files) }).diagnostics;
}

/** A machine that has these files, and two interfaces. */
function machineWith(files: Readonly<Record<string, string>>): Probe {
  return {
    readText(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
      return text;
    },
    mode: () => 0o600,
    hostname: () => 'nodea',
    interfaces: () => ['lo', 'eth0', 'eth1'],
    broadcastless: () => [],
    addresses: () => ['10.0.0.2'],
    addresses6: () => [],
    exists: (path) => path in files,
    isDirectory: () => false,
    isCharacterDevice: () => false,
    isExecutable: () => false,
    realPath: (path) => path,
    sessionOn: () => undefined,
    serialPorts: () => [],
  };
}
