import { type Bench, type Output, outputs } from './bench.ts';
import { bauds, isWhole, type Question } from './talk.ts';

/** Blocks that may be asked for at once: 10 s at the highest rate of ha.cf. */
const mostBlocks = 15_000;

/** Does with this end of a cable what the peer's doctor asks for. Rejects in words where that is nonsense, or fails. */
export async function carryOut(bench: Bench, { call, words: [word, on] }: Question): Promise<unknown> {
  switch (call) {
    case 'drive':
      return await bench.drive(outputOf(word), on === true);
    case 'sense':
      return await bench.sense();
    case 'rate':
      return await bench.rate(numberOf(word, 'a rate', bauds));
    case 'listen':
      return await bench.listen();
    case 'emit':
      return await bench.emit(numberOf(word, 'a count of blocks', [1, mostBlocks]));
    case 'tally':
      return await bench.tally();
    default:
      throw new Error(`nothing is done for ${call}`);
  }
}

/** The place of a cable among the serial ones of ha.cf, from 0. @throws where it is none */
export function placeOf(word: unknown): number {
  return numberOf(word, 'the place of a cable', [0, 255]);
}

function numberOf(word: unknown, what: string, range: readonly [number, number]): number {
  if (!isWhole(word, range)) throw new Error(`${what} is a whole number from ${range.join(' to ')}`);
  return word;
}

function outputOf(word: unknown): Output {
  const output = outputs.find((name) => name === word);
  if (output === undefined) throw new Error(`an output is ${outputs.join(' or ')}`);
  return output;
}
