import { dirname } from 'node:path';

import { type Directive, setting } from './directive.ts';
import type { Reading, Setting } from './draft.ts';
import { parseAbsolutePath } from './values.ts';

export const logFileDirectives: readonly Directive[] = [logFile('logfile'), logFile('debugfile')];

/** A log that cannot be written must not keep a pair from working, but nobody should look for it in vain. */
function logFile(name: 'logfile' | 'debugfile'): Directive {
  return setting(name, 'PATH', parseAbsolutePath, 'last', (given, reading) => remark(name, given, reading));
}

function remark(name: string, { value, at }: Setting<string>, { probe, findings }: Reading): void {
  const folder = dirname(value);
  if (probe.isDirectory(value)) {
    findings.warning(
      at,
      `${name}: ${value} is a directory: nothing is logged there; write the path of a file`,
    );
  } else if (!probe.isDirectory(folder)) {
    const mend = probe.exists(folder) ? 'name another file' : `"mkdir -p ${folder}", or name another file`;
    findings.warning(at, `${name}: there is no directory ${folder}: nothing is logged there; ${mend}`);
  }
}
