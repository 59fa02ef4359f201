import { fenceProblem } from '../fencing/problem.ts';
import { commandProblem } from './command.ts';
import type { FenceDevice } from './config.ts';
import { type Directive, parseWord, refuse, refuseExtra } from './directive.ts';
import type { Reading } from './draft.ts';
import { noteSecret } from './secrets.ts';
import { cutWords, type Word, wordsIn } from './source.ts';
import { choice, type Parse, Problem } from './values.ts';

/** While they are tried one after the other, nobody serves. */
const MOST_DEVICES = 8;

/** `fence ...` of twinbeat.cf: how to make sure that the peer's box runs nothing. */
export const fenceDirective: Directive = {
  name: 'fence',
  usage: 'agent PROGRAM [NAME=VALUE ...]|command COMMAND...|manual',
  form: 'text',
  repeat: 'many',
  take: takeFence,
};

function takeFence(text: Word, _rest: readonly Word[], reading: Reading): void {
  const { draft, findings } = reading;
  const device = readDevice(text, reading);
  if (!device) return;
  const same = draft.fences.find(({ value }) => JSON.stringify(value) === JSON.stringify(device));
  if (same) {
    findings.warning(text, `fence: line ${same.at.line} says the same: delete this one`);
  } else if (draft.fences.length === MOST_DEVICES) {
    refuse(
      'fence',
      text,
      `fence: at most ${MOST_DEVICES} devices are tried: put several into one script`,
      reading,
    );
  } else if (isFit('fence', device, text, reading)) {
    draft.fences.push({ value: device, at: text });
  }
}

/** False where a device cannot work on this machine, which has then been said: in need it is found out too late. */
export function isFit(name: string, device: FenceDevice, at: Word, reading: Reading): boolean {
  const { probe, findings } = reading;
  const problem =
    device.kind === 'command' ? commandProblem(device.command, probe) : fenceProblem(device, probe);
  if (!problem) return true;
  const isWarning = 'severity' in problem && problem.severity === 'warning';
  if (isWarning) findings.warning(at, `${name}: ${problem.text}`);
  else refuse(name, at, `${name}: ${problem.text}`, reading);
  return isWarning;
}

function readDevice(text: Word, reading: Reading): FenceDevice | undefined {
  const [first = text, rest] = cutWords(text, 1);
  const kind = parseWord('fence', first, parseKind, reading);
  if (kind === undefined) return undefined;
  if (kind === 'manual') {
    refuseExtra('fence', rest ? [rest] : [], 'nothing more with manual', reading);
    return { kind };
  }
  if (!rest) {
    const example =
      kind === 'agent' ? 'fence_ipmilan ip=10.0.0.9 username=admin' : '/usr/local/sbin/power-off';
    refuse(
      'fence',
      first,
      `fence ${kind} is incomplete: write for example "fence ${kind} ${example}"`,
      reading,
    );
    return undefined;
  }
  noteSecret(rest, reading);
  return kind === 'agent' ? readAgent(rest, reading) : { kind, command: rest.text };
}

const parseKind: Parse<'agent' | 'command' | 'manual'> = (text) => {
  if (text.startsWith('fence_')) return new Problem(`write "fence agent ${text} ..."`);
  return text.startsWith('/')
    ? new Problem(`write "fence agent ${text} ..." or "fence command ${text} ..."`)
    : choice('agent', 'command', 'manual')(text);
};

function readAgent(text: Word, reading: Reading): FenceDevice | undefined {
  const [word = text, ...options] = wordsIn(text);
  const program = parseWord('fence', word, parseProgram, reading, 'fence agent');
  // It may be a password, so it is not shown.
  const quoted = options.find((option) => /^[^=]*=["'“”‘’]/.test(option.text));
  if (quoted) {
    const mend = 'write NAME=VALUE without them';
    refuse('fence', quoted, `fence: quotes are taken as part of the value: ${mend}`, reading);
  }
  if (program === undefined || quoted) return undefined;
  return { kind: 'agent', program, options: options.map((option) => option.text) };
}

const parseProgram: Parse<string> = (text) =>
  /^(\/|fence_\w)/.test(text)
    ? text
    : new Problem('write the full path of the program, or its name as in fence_ipmilan');

/** The devices of twinbeat.cf in their order. */
export function settleFences({ draft, findings }: Reading): readonly FenceDevice[] {
  const manual = draft.fences.findIndex(({ value }) => value.kind === 'manual');
  const [human, next] = manual < 0 ? [] : draft.fences.slice(manual);
  if (human && next) {
    findings.error(
      human.at,
      `fence manual waits until a human answers, so line ${next.at.line} would never be tried: write this one last`,
    );
  }
  const [first] = draft.fences;
  const look = draft.settings['look-before-take'];
  if (first && look?.value === false) {
    findings.warning(
      first.at,
      `fence: with look-before-take off (line ${look.at.line}) two boxes that live and do not hear each other both shoot at ` +
        'the same moment: write "look-before-take on"',
    );
  }
  return draft.fences.map(({ value }) => value);
}
