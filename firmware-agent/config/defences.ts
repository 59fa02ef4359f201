import { bellDirective } from './bell.ts';
import { commandProblem } from './command.ts';
import { consoleDirective, heartbeatConsoleDirective } from './console.ts';
import { type Directive, parseWord, refuse, refuseExtra, refuseTornTime, setting } from './directive.ts';
import type { Reading } from './draft.ts';
import { fenceDirective } from './fence.ts';
import { lockDirective } from './lock.ts';
import { passwordDirective } from './password.ts';
import type { Word } from './source.ts';
import { didYouMean } from './suggest.ts';
import { parseLongTime, parsePositiveLongTime } from './time.ts';
import { choice, type Parse, Problem, parseBoolean } from './values.ts';

/** More programs than this at once would disturb the box in the very moment in which it has to take over. */
const MOST_ALARMS = 8;

const parseTakeAfter: Parse<number | null> = (text) => {
  if (text === 'never') return null;
  const time = parsePositiveLongTime(text);
  return time instanceof Problem ? new Problem(`${time.text}, or never${didYouMean(text, ['never'])}`) : time;
};

const parseTakeover: Parse<'auto' | 'confirm' | 'delay'> = (text) =>
  parseLongTime(text) instanceof Problem
    ? choice('auto', 'confirm', 'delay')(text)
    : new Problem(`write "takeover delay ${text}"`);

/** Every directive of twinbeat.cf by its name. */
export const twinbeatDirectives: ReadonlyMap<string, Directive> = new Map(
  [
    setting('look-before-take', 'on|off', parseBoolean),
    setting('take-after', 'TIME|never', parseTakeAfter),
    setting('stranger', 'refuse|take', choice('refuse', 'take')),
    setting('isolation', 'release|serve', choice('release', 'serve')),
    setting('defend', 'on|off', parseBoolean),
    takeoverDirective(),
    alarmDirective(),
    bellDirective,
    consoleDirective,
    heartbeatConsoleDirective,
    passwordDirective,
    lockDirective,
    fenceDirective,
  ].map((d) => [d.name, d]),
);

function takeoverDirective(): Directive {
  return {
    name: 'takeover',
    usage: 'auto|confirm|delay TIME',
    form: 'line',
    repeat: 'last',
    take(word, rest, reading) {
      const mode = parseWord('takeover', word, parseTakeover, reading);
      if (mode === undefined) return;
      const delay = mode === 'delay' ? takeDelay(word, rest, reading) : 0;
      if (mode !== 'delay') refuseExtra('takeover', rest, `no time with ${mode}`, reading);
      if (delay === undefined) return;
      reading.draft.settings.takeover = { value: mode === 'confirm' ? null : delay, at: word };
    },
  };
}

function takeDelay(word: Word, [time, ...extra]: readonly Word[], reading: Reading): number | undefined {
  if (!time) {
    refuse('takeover', word, 'takeover delay has no time: write for example "takeover delay 5m"', reading);
    return undefined;
  }
  const [unit] = extra;
  if (unit && refuseTornTime('takeover', 'takeover delay', [time, unit], parseLongTime, reading)) {
    return undefined;
  }
  refuseExtra('takeover', extra, 'one time', reading);
  return parseWord('takeover', time, parsePositiveLongTime, reading, 'takeover delay');
}

function alarmDirective(): Directive {
  return { name: 'alarm', usage: 'COMMAND [ARGS...]', form: 'text', repeat: 'many', take: takeAlarm };
}

function takeAlarm(command: Word, _rest: readonly Word[], reading: Reading): void {
  const { draft, probe, findings } = reading;
  const problem = commandProblem(command.text, probe);
  if (problem) {
    refuse('alarm', command, `alarm: ${problem.text}`, reading);
    return;
  }
  const earlier = draft.alarms.find(({ value }) => value === command.text);
  if (earlier) {
    findings.warning(command, `alarm: line ${earlier.at.line} runs the same command: delete this one`);
  } else if (draft.alarms.length === MOST_ALARMS) {
    refuse(
      'alarm',
      command,
      `alarm: at most ${MOST_ALARMS} commands are run: put several of them into one script`,
      reading,
    );
  } else {
    draft.alarms.push({ value: command.text, at: command });
  }
}
