import t from 'tap';
import { initialState } from '../../firmware-agent/core/initial-state.ts';
import { freshOnLink } from '../../firmware-agent/core/sequence.ts';
import { settingsOf } from './support/told-pair.ts';

t.test('what never came on a cable is counted as lost there, what came late is not', async (t) => {
  const [link] = Object.values(initialState(settingsOf('nodea')).links);
  if (link === undefined) throw new Error('a node without a cable');
  const lostAfter = (seq: number): number => {
    freshOnLink(link, seq);
    return link.lost;
  };
  t.equal(lostAfter(17), 0, 'what came before the first one is nobody else’s loss');
  t.equal(lostAfter(18), 0);
  t.equal(lostAfter(22), 3);
  t.equal(lostAfter(20), 2, 'it came late');
  t.equal(lostAfter(20), 2, 'and again, which is a replay');
  t.equal(lostAfter(122), 101);
});
