import type { Reading } from './draft.ts';
import { type Word, wordsIn } from './source.ts';

/** An option that ends in one of these words is a password, and not the script that prints it (`passwd_script=`). */
const SECRET = /(?:password|passwd|passphrase|passcode|secret|token|community)=/i;

/** Remember where a text holds a password: its file must be for its owner's eyes only. */
export function noteSecret(text: Word, { draft }: Reading): void {
  draft.secrets.push(...wordsIn(text).filter((word) => SECRET.test(word.text)));
}
