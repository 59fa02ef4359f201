import { settleMedia } from './cabling.ts';
import type { Config, LogConfig } from './config.ts';
import { type Directive, refuse } from './directive.ts';
import { directives } from './directives.ts';
import { type Draft, emptyDraft, type Reading } from './draft.ts';
import { type Findings, wholeFile } from './findings.ts';
import { checkNodes, type Identity } from './nodes.ts';
import type { Probe } from './probe.ts';
import {
  OPTION_WORD,
  PLAIN_WORD,
  placesOf,
  readLines,
  splitWords,
  type Word,
  withoutComment,
} from './source.ts';
import { didYouMean, suggest } from './suggest.ts';
import { isBareUnit, parseTime } from './time.ts';
import { settleTiming } from './timing.ts';
import { Problem } from './values.ts';

/** All that ha.cf says by itself. Where there were errors, the values that they spoiled are defaults. */
export interface HaCf extends Omit<Config, 'directory' | 'self' | 'nodes' | 'peer' | 'keys' | 'groups'> {
  readonly nodes: readonly string[];
  /** `crm` or `pacemaker` is on, which makes haresources meaningless (spec config.md 4). */
  readonly crm: boolean;
}

/** Read ha.cf (spec config.md 1 and 2). */
export function readHaCf(file: string, text: string, self: Identity, probe: Probe, findings: Findings): HaCf {
  const reading = { draft: emptyDraft(), probe, findings };
  const seen = new Map<string, Word>();
  for (const line of readLines(file, text, findings)) {
    const content = withoutComment(line.text);
    const places = placesOf(line);
    const [name, ...options] = splitWords(content, OPTION_WORD, places);
    if (!name) continue;
    const directive = directives.get(name.text);
    if (!directive) {
      findings.error(name, unknownText(name.text, options));
    } else if (directive.form === 'each') {
      for (const option of options) assign(directive, option, [], seen, reading);
      if (options.length === 0) {
        findings.warning(
          name,
          `${name.text} without a value does nothing: write "${name.text} ${directive.usage}"`,
        );
      }
    } else {
      // Behind a whole-line directive's name commas still separate, further on they are part of the words.
      const rest = options[0] ? splitWords(content, PLAIN_WORD, places, options[0].column - 1) : [];
      const [first, ...others] = rest;
      if (first) assign(directive, first, others, seen, reading);
      else
        refuse(
          name.text,
          name,
          `${name.text} needs a value: write "${name.text} ${directive.usage}"`,
          reading,
        );
    }
  }
  return settle(file, reading, self);
}

/** Give a directive one value, if it may have one (more). */
function assign(
  directive: Directive,
  word: Word,
  rest: readonly Word[],
  seen: Map<string, Word>,
  reading: Reading,
): void {
  const { name, form, repeat } = directive;
  const { findings } = reading;
  const earlier = seen.get(name);
  seen.set(name, word);
  const quoted = form === 'each' && /^["'“”‘’](.*?)["'“”‘’]?$/.exec(word.text);
  if (quoted) {
    const mend = `write "${name} ${quoted[1]}" without them`;
    refuse(name, word, `${name} ${word.text}: quotes are taken as part of the value: ${mend}`, reading);
    return;
  }
  if (earlier && repeat === 'once') {
    findings.error(
      word,
      `${name} may be set only once, and line ${earlier.line} has it already: delete one of the two`,
    );
    return;
  }
  if (earlier && repeat === 'last') {
    if (earlier.line === word.line && /^[\d.]+$/.test(earlier.text) && isBareUnit(word.text)) {
      const time = parseTime(earlier.text + word.text);
      const mend = time instanceof Problem ? time.text : `write "${name} ${earlier.text}${word.text}"`;
      refuse(name, word, `${name}: the blank makes "${word.text}" a second value: ${mend}`, reading);
      return;
    }
    const where = earlier.line === word.line ? 'in this line' : `by line ${earlier.line}`;
    findings.warning(
      word,
      `${name} is set to "${earlier.text}" ${where} already: "${word.text}" is what counts; delete the other`,
    );
  }
  directive.take(word, rest, reading);
}

function unknownText(name: string, options: readonly Word[]): string {
  if (name === 'include') return 'ha.cf has no include: write what the other file says in its place';
  if (/[^\x21-\x7e]/.test(name)) {
    return `"${name}" has a character that is not plain ASCII, as pasted text often has: type the line again`;
  }
  const assignment = /^(\w+)[=:](.*)$/.exec(name);
  if (assignment?.[1] !== undefined && directives.has(assignment[1])) {
    const value = assignment[2] || (options[0]?.text ?? directives.get(assignment[1])?.usage);
    return `"${name}": a blank goes between a directive and its value: write "${assignment[1]} ${value}"`;
  }
  const lower = name.toLowerCase();
  if (directives.has(lower)) return `"${name}": directives are written in lower case: write "${lower}"`;
  const meant = suggest(name, directives.keys());
  return meant === undefined
    ? `there is no directive "${name}": delete the line, or put "#" before it`
    : `there is no directive "${name}"${didYouMean(name, directives.keys())}`;
}

function settle(file: string, reading: Reading, self: Identity): HaCf {
  const { draft, findings } = reading;
  const { settings } = draft;
  checkNodes(file, draft, self, findings);
  const timing = settleTiming(draft, findings);
  const media = settleMedia(file, reading);
  for (const ping of draft.pings) {
    if (draft.nodes.some(({ value }) => value === ping.value.name)) {
      findings.error(ping.at, `${ping.value.name} is a node already: give the ping node another name`);
    }
  }
  const crm = settings.crm ?? settings.pacemaker;
  return {
    ...timing,
    nodes: draft.nodes.map(({ value }) => value),
    ...settleFailback(file, draft, findings),
    hopFudge: settings.hopfudge?.value ?? 1,
    messageFormat: settings.msgfmt?.value ?? 'classic',
    media,
    pings: draft.pings.map(({ value }) => value),
    ipfail: draft.ipfail !== undefined,
    ...(settings.watchdog && { watchdog: settings.watchdog.value }),
    log: settleLog(draft),
    crm: crm?.value ?? false,
  };
}

/** Heartbeat's default is legacy, so a missing line must mean that here too, or a mixed pair would not understand itself. */
function settleFailback(
  file: string,
  draft: Draft,
  findings: Findings,
): { readonly autoFailback: boolean; readonly legacy: boolean } {
  const { auto_failback: failback, nice_failback: obsolete } = draft.settings;
  if (failback && failback.value !== 'legacy') return { autoFailback: failback.value, legacy: false };
  if (!failback && obsolete?.value) return { autoFailback: false, legacy: false };
  if (draft.refused.has('auto_failback')) return { autoFailback: true, legacy: false };
  const what = failback ? 'auto_failback legacy' : 'auto_failback is missing, which means legacy: it';
  findings.warning(
    failback?.at ?? wholeFile(file),
    `${what} knows no standby and no report of who holds what, and a group is asked for one by one: ` +
      'write "auto_failback on" or "auto_failback off", on both nodes',
  );
  return { autoFailback: true, legacy: true };
}

function settleLog({ settings }: Draft): LogConfig {
  const facility = settings.logfacility?.value;
  return {
    ...(settings.logfile && { logfile: settings.logfile.value }),
    ...(settings.debugfile && { debugfile: settings.debugfile.value }),
    ...(facility !== undefined && facility !== 'none' && { facility }),
    debug: settings.debug?.value ?? 0,
    syslogFormat: settings.syslogmsgfmt?.value ?? true,
  };
}
