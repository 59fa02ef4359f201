import { kindNames } from '../../test/simulation/heartbeat/peers.ts';
import type { Violation } from '../../test/simulation/run.ts';

/** What was wrong with a pair, and the command that shows it again. */
export function replay({ seed, defences, peers, invariant, text, at }: Violation, seconds: number): string {
  return (
    `WRONG: seed ${seed}, ${kindNames[peers]}, with defences ${defences} after ${(at / 1000).toFixed(3)} s: ${invariant}: ${text}\n` +
    `Replay: npm run simulate -- --seed ${seed} --defences ${defences} --peers ${peers} --seconds ${seconds} --trace`
  );
}
