import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../../scripts/laboratory/command.ts';
import { COMMAND_NAMES, type Question, SERIAL, STATES, type StateName } from './questions.ts';

/** What a command said, without what is another thing every time: see `normal`. */
export interface Answer {
  readonly question: Question;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Recording = Readonly<Record<StateName, readonly Answer[]>>;

const FILE = fileURLToPath(new URL('heartbeat-3.0.6.jsonl', import.meta.url));

/** What the real Heartbeat 3.0.6 of Debian's package answered. */
export function readRecording(): Recording {
  const recording = Object.fromEntries(STATES.map((state): [StateName, Answer[]] => [state, []]));
  for (const line of readFileSync(FILE, 'utf8').split('\n')) {
    if (line === '') continue;
    const { state, ...answer } = JSON.parse(line) as Answer & { readonly state: StateName };
    recording[state]?.push(answer);
  }
  return recording as Record<StateName, Answer[]>;
}

/** One answer a line, so that a change of one is a change of a line. */
export function writeRecording(recording: Recording): void {
  const lines = STATES.flatMap((state) =>
    recording[state].map((answer) => `${JSON.stringify({ state, ...answer })}\n`),
  );
  writeFileSync(FILE, lines.join(''));
}

/** What stands for what in an answer: paths of this run, clocks, pids, versions. */
export function normal(
  question: Question,
  { code, stdout, stderr }: Outcome,
  names: Readonly<Record<string, string>>,
): Answer {
  const clean = (text: string): string => {
    let result = text.replace(COMMAND_PATH, '$1');
    for (const [found, name] of Object.entries(names)) result = result.replaceAll(found, name);
    return result
      .replace(/\b[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d /g, 'TIME ')
      .replace(/\[\d+\]: /g, '[PID]: ')
      .replace(/\bpid \d+/g, 'pid PID')
      .replace(/\b\d+\.\d+\.\d+ \((node: [0-9a-f]+|twinbeat)\)/g, 'VERSION')
      .replace(/\(version [\d.]+\)/g, '(version VERSION)')
      .replace(/0x[0-9a-f]+/g, 'POINTER');
  };
  return { question, code, stdout: clean(stdout), stderr: clean(stderr) };
}

const COMMAND_PATH = new RegExp(`/[\\w./-]+/(${COMMAND_NAMES.join('|')})(?=[: ])`, 'g');

/** The words with the serial port as it is called this time. */
export function spoken(question: Question, serial: string): string[] {
  return question.slice(1).map((word) => (word === SERIAL ? serial : word));
}
