import type { Test } from 'tap';
import { layBench } from '../../../scripts/laboratory/laboratory.ts';
import { perSeat } from '../../../scripts/laboratory/seat.ts';
import { QUESTIONS, type Question, SERIAL, type StateName } from '../../recorded/questions.ts';
import { type Answer, normal, readRecording, spoken } from '../../recorded/recording.ts';
import { PAIR, playStates } from '../../recorded/states.ts';
import { NamedNode } from './named-node.ts';

/** What is not said to the letter, each with its reason. */
const DIFFERENCES: Readonly<Record<string, (answer: Answer) => Answer>> = {
  // A start of ours says nothing but what is wrong, and that at its place.
  heartbeat: lastLine,
  'heartbeat -f': lastLine,
  'heartbeat -r': lastLine,
  'heartbeat -R': lastLine,
};

/** Heartbeat leaves its pid file behind after an orderly stop, and so calls itself dead instead of stopped (LSB: 3). */
function stopped(question: Question, state: string, answer: Answer): Answer {
  const after = question.join(' ') === 'heartbeat -s' && (state === 'stopped' || state === 'misconfigured');
  return after ? { ...answer, code: 3 } : answer;
}

function lastLine(answer: Answer): Answer {
  const last = answer.stderr.trimEnd().split('\n').at(-1) ?? '';
  // It complains of the order of ha.cf without ending the line.
  return { ...answer, stderr: last.replace(/^heartbeat: udpport setting must precede media statements/, '') };
}

/** A parameter is what ha.cf says, whatever the state: in one of them all are asked for, elsewhere a few. */
function isAsked(state: StateName, [, word, option, name]: Question): boolean {
  if (state === 'own' || word !== 'hbparameter' || option !== '-p' || name === undefined) return true;
  return ['keepalive', 'no-such-thing', 'watchdog'].includes(name);
}

/** Bring a pair of ours into these states, and ask nodea what the real one was asked there. */
export async function asRecorded(t: Test, states: readonly StateName[]): Promise<void> {
  const bench = await layBench(PAIR.baud);
  t.teardown(() => bench.close());
  const nodes = perSeat((seat) => new NamedNode(bench.boxes[seat], PAIR));
  const serial = bench.boxes.nodea.serial.ports.nodea;
  const names = { [serial]: SERIAL, [bench.boxes.nodea.directory]: 'BOX' };
  const recording = readRecording();
  await playStates(nodes, states, async (state) => {
    t.same(
      recording[state].map(({ question }) => question),
      QUESTIONS[state],
      `${state}: the recording is of today's questions`,
    );
    for (const answer of recording[state].filter(({ question }) => isAsked(state, question))) {
      const { question } = answer;
      const outcome = await nodes.nodea.ask(question[0], ...spoken(question, serial));
      const loosely = DIFFERENCES[question.join(' ')] ?? ((same: Answer) => same);
      t.same(
        loosely(normal(question, outcome, names)),
        stopped(question, state, loosely(answer)),
        `${state}: ${question.join(' ')}`,
      );
    }
  });
}
