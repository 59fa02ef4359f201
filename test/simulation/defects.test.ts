import t from 'tap';
import { defects } from './defects.ts';
import { catchDefect, withDefect } from './mutation.ts';

/** Virtual ms in which faults happen. */
const duration = 60_000;

/** Those that so few seeds must show are played here; `npm run simulate -- --defects` plays all. */
const fewSeeds = 50;

t.test('every defect can still be made', async (t) => {
  t.ok(defects.length >= 10);
  for (const defect of defects) t.doesNotThrow(() => withDefect(defect), defect.name);
});

t.test('the simulator sees what is wrong with a core', async (t) => {
  for (const defect of defects.filter(({ within }) => within <= fewSeeds)) {
    t.ok(await catchDefect(defect, duration), `${defect.name}: within ${defect.within} seeds`);
  }
});

t.test('a defect whose text is gone is told of', async (t) => {
  const [first] = defects;
  if (!first) throw new Error('there are no defects');
  t.throws(() => withDefect({ ...first, text: 'no such text' }), { message: /does not apply any more/ });
});
