import type { PasswordHash } from './config.ts';
import { type Directive, refuse } from './directive.ts';
import type { Reading } from './draft.ts';
import type { Word } from './source.ts';
import { type Parse, Problem } from './values.ts';

/** Bytes that checking a password may take: a small box has little memory, and the agent's own is locked. */
const MOST_MEMORY = 64 * 1024 * 1024;
const MEND = 'make the line with `twinbeat passwd`';

const HASH = /^scrypt:(\d{4,7}):(\d{1,3}):(\d{1,2}):([\w-]{16,88}):([\w-]{22,88})$/;

/** `password HASH` of twinbeat.cf: what whoever acts at the console has to know. */
export const passwordDirective: Directive = {
  name: 'password',
  usage: 'HASH',
  form: 'each',
  repeat: 'once',
  take: takePassword,
};

/** `scrypt:N:R:P:SALT:HASH`, the last two in base64url. */
export const parseHash: Parse<PasswordHash> = (text) => {
  if (!text.startsWith('scrypt:'))
    return new Problem(`this is no hash, and a password itself does not belong here: ${MEND}`);
  const [, cost, block, parallel, salt = '', hash = ''] = HASH.exec(text) ?? [];
  const [N, r, p] = [Number(cost), Number(block), Number(parallel)];
  const isCost = N >= 1024 && (N & (N - 1)) === 0 && r >= 1 && p >= 1 && p <= 16;
  if (!isCost || 128 * N * r > MOST_MEMORY) return new Problem(`this hash is damaged: ${MEND}`);
  return { N, r, p, salt, hash };
};

/** No message shows the word: it may be the password itself. */
function takePassword(word: Word, _rest: readonly Word[], reading: Reading): void {
  const value = parseHash(word.text);
  if (value instanceof Problem) {
    refuse('password', word, `password: ${value.text}`, reading);
    return;
  }
  reading.draft.password = { value, at: word };
  // Whoever reads it can try passwords as fast as his own machine is.
  reading.draft.secrets.push(word);
}
