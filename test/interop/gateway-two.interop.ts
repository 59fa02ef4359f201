import type { MixedPair } from '../../scripts/laboratory/mixed.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { appears, disappears, GIVE_UP, LEISURE, logged, noticed, SECOND_ADDRESS } from './support/gateway.ts';
import { hasLanAgain, losesLan, WITH_GATEWAY } from './support/lan-steps.ts';
import { bootBoth, type Step } from './support/play.ts';
import { ALL_ON, EACH_ITS_OWN, NOTHING } from './support/steps.ts';
import { tell } from './support/tell.ts';

const ACTIVE = "Local status now set to: 'active'";

/** A node is not active before it has heard everybody, or has given up waiting after initdead. */
async function bootPatiently(pair: MixedPair): Promise<void> {
  await bootBoth(pair);
  for (const seat of SEATS) {
    await logged(pair, seat, ACTIVE);
    const lines = pair.nodes[seat].log.since(0);
    const place = (words: string): number => lines.findIndex((line) => line.includes(words));
    const givenUp = place(`node ${SECOND_ADDRESS}: is dead`);
    if (givenUp < 0 || givenUp > place(ACTIVE)) throw new Error(`${seat} did not wait for ${SECOND_ADDRESS}`);
  }
}

function second(title: string, news: 'answers' | 'is silent', seats = SEATS, holdings = EACH_ITS_OWN): Step {
  const act = news === 'answers' ? appears : disappears;
  return {
    title,
    act: noticed(act(SECOND_ADDRESS), SECOND_ADDRESS, news, seats),
    holdings,
    owner: holdings === EACH_ITS_OWN ? 'nodea' : 'nodeb',
    limit: NOTHING,
  };
}

/**
 * Each ping node counts; one that neither node sees makes no difference. It is silent when nodea comes back: where two come
 * back at once, a real one begins to give back, is told a second time that all is well, and takes that for a reason to stop.
 */
tell({
  name: 'two gateways',
  settings: { ...LEISURE, directives: [`ping ${SECOND_ADDRESS}`, ...WITH_GATEWAY] },
  steps: [
    {
      title: 'both boot, one gateway is silent',
      act: bootPatiently,
      holdings: EACH_ITS_OWN,
      owner: 'nodea',
    },
    second('it answers', 'answers'),
    second('it is silent again', 'is silent'),
    second('it answers again', 'answers'),
    { ...losesLan('nodea'), limit: GIVE_UP },
    second('it is silent to nodeb too', 'is silent', ['nodeb'], ALL_ON.nodeb),
    hasLanAgain('nodea'),
  ],
});
