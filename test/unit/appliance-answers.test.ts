import t from 'tap';
import { Answers } from '../../scripts/appliance/answers.ts';

const PACE = 50;

/** Answers of a box from a moment until another, one for each question. */
function serve(answers: Answers, seat: 'nodea' | 'nodeb', from: number, to: number): void {
  for (let at = from; at <= to; at += PACE) answers.answered(seat, at);
}

t.test('a move from one box to the other is no time of both', async (t) => {
  const answers = new Answers(PACE);
  serve(answers, 'nodea', 0, 1000);
  serve(answers, 'nodeb', 1100, 2000);
  t.equal(answers.view(0, 3000).both, 0);
});

t.test('the time in which both answer is counted, lost answers or not', async (t) => {
  const answers = new Answers(PACE);
  serve(answers, 'nodea', 0, 1000);
  serve(answers, 'nodeb', 400, 600);
  answers.answered('nodeb', 1000);
  t.equal(answers.view(0, 3000).both, 600);
});

t.test('one answer stands for the time between two questions', async (t) => {
  const answers = new Answers(PACE);
  serve(answers, 'nodea', 0, 1000);
  answers.answered('nodeb', 500);
  t.equal(answers.view(0, 3000).both, PACE);
});

t.test('only what was heard in the time asked for counts', async (t) => {
  const answers = new Answers(PACE);
  serve(answers, 'nodea', 0, 1000);
  serve(answers, 'nodeb', 0, 200);
  t.equal(answers.view(300, 1000).both, 0);
  t.strictSame(answers.view(300, 1000).answers, { nodea: 15, nodeb: 0 });
});

t.test('a silence between two times of serving is no serving', async (t) => {
  const answers = new Answers(PACE);
  serve(answers, 'nodea', 0, 500);
  serve(answers, 'nodeb', 1000, 2000);
  serve(answers, 'nodea', 2100, 3000);
  t.equal(answers.view(0, 3000).both, 0);
});

t.test('announcements are told in turn', async (t) => {
  const answers = new Answers(PACE);
  for (const [seat, at] of [
    ['nodea', 1],
    ['nodea', 2],
    ['nodeb', 3],
    ['nodea', 4],
  ] as const)
    answers.announced(seat, at);
  t.strictSame(answers.view(0, 10).announced, ['nodea', 'nodeb', 'nodea']);
});

t.test('it is known when each box first said that the address is its own', async (t) => {
  const answers = new Answers(PACE);
  serve(answers, 'nodea', 0, 500);
  answers.announced('nodeb', 700);
  serve(answers, 'nodeb', 750, 1000);
  t.strictSame(answers.view(100, 2000).first, { nodea: 100, nodeb: 700 });
  t.strictSame(answers.view(1100, 2000).first, { nodea: null, nodeb: null });
});
