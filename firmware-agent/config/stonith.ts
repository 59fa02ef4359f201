import type { FenceDevice } from './config.ts';
import { type Directive, parseWord, refuse, refuseExtra } from './directive.ts';
import type { Reading, StonithDraft } from './draft.ts';
import { isFit } from './fence.ts';
import type { Identity } from './nodes.ts';
import { noteSecret } from './secrets.ts';
import { cutWords, type Word } from './source.ts';
import { parseAbsolutePath } from './values.ts';

/** The lines of ha.cf that name a device of cluster-glue (spec config.md 2). */
export const stonithDirectives: readonly Directive[] = [
  { name: 'stonith', usage: 'TYPE CONFIGFILE', form: 'line', repeat: 'many', take: takeStonith },
  {
    name: 'stonith_host',
    usage: 'HOST TYPE PARAMETERS...',
    form: 'text',
    repeat: 'many',
    take: takeStonithHost,
  },
];

function takeStonith(type: Word, [file, ...extra]: readonly Word[], reading: Reading): void {
  if (!file) {
    refuse('stonith', type, 'stonith is incomplete: write "stonith TYPE CONFIGFILE"', reading);
    return;
  }
  refuseExtra('stonith', extra, 'a type and one file', reading);
  const path = parseWord('stonith', file, parseAbsolutePath, reading);
  if (path === undefined) return;
  const device = { kind: 'stonith', type: type.text, file: path } as const;
  reading.draft.stonith.push({ name: 'stonith', host: '*', device, at: type });
}

function takeStonithHost(text: Word, _rest: readonly Word[], reading: Reading): void {
  const [host, type, parameters] = cutWords(text, 2);
  if (!host || !type) {
    refuse(
      'stonith_host',
      text,
      'stonith_host is incomplete: write "stonith_host HOST TYPE PARAMETERS..."',
      reading,
    );
    return;
  }
  const device = { kind: 'stonith', type: type.text, parameters: parameters?.text ?? '' } as const;
  reading.draft.stonith.push({ name: 'stonith_host', host: host.text.toLowerCase(), device, at: host });
  if (parameters) noteSecret(parameters, reading);
}

/** The device of this node: the last one that is meant for it. */
export function settleStonith(reading: Reading, self: Identity, crm: boolean): readonly FenceDevice[] {
  const { draft, findings } = reading;
  const own = draft.stonith.filter((line) => isFor(line, self, reading));
  const last = own.at(-1);
  if (!last) return [];
  for (const { name, at } of own.slice(0, -1)) {
    findings.warning(
      at,
      `${name}: one such device is used, the last, which is that of line ${last.at.line}: delete this one`,
    );
  }
  if (crm) {
    findings.warning(last.at, `${last.name} is not used with crm on, as the CRM does its own fencing`);
    return [];
  }
  return isFit(last.name, last.device, last.at, reading) ? [last.device] : [];
}

/** One ha.cf for both nodes has a line for each. */
function isFor({ name, host, at }: StonithDraft, self: Identity, { draft, findings }: Reading): boolean {
  if (host === '*' || host === self.name) return true;
  if (draft.nodes.some(({ value }) => value === host)) {
    findings.info(at, `${name}: this line is for ${host}, not used here`);
  } else if (!draft.refused.has('node')) {
    findings.warning(
      at,
      `${name}: ${host} is not a node here, so nobody uses this line: write the name of the node that is to use it, or *`,
    );
  }
  return false;
}
