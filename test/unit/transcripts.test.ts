import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { play } from '../simulation/transcript.ts';

/** `TRANSCRIPTS=write` writes what happens now instead of comparing; the difference is reviewed like code. */
const write = process.env.TRANSCRIPTS === 'write';
const directory = new URL('./transcripts/', import.meta.url);

for (const name of readdirSync(directory).sort()) {
  t.test(name, async (t) => {
    const file = new URL(name, directory);
    const expected = readFileSync(file, 'utf8');
    const played = play(expected);
    if (write) writeFileSync(file, played);
    else t.equal(played, expected, 'the commands cause what the transcript says');
  });
}
