import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { PasswordHash } from '../../config/config.ts';

/** 16 MiB and some tenths of a second on a small box: enough against guessing, little enough for the box. */
const usual = { N: 16_384, r: 8, p: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;

/** The value of the directive `password`: `scrypt:N:R:P:SALT:HASH`. */
export async function hashOf(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derived(password, salt, usual);
  const { N, r, p } = usual;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join(':');
}

/** Whether this is the password. Computes beside the event loop. @throws where the memory for it is not to be had */
export async function isPassword(password: string, { salt, hash, ...cost }: PasswordHash): Promise<boolean> {
  const wanted = Buffer.from(hash, 'base64url');
  const got = await derived(password, Buffer.from(salt, 'base64url'), cost, wanted.length);
  return timingSafeEqual(got, wanted);
}

function derived(
  password: string,
  salt: Buffer,
  { N, r, p }: Pick<PasswordHash, 'N' | 'r' | 'p'>,
  bytes = hashBytes,
): Promise<Buffer> {
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    // The same letters, whatever the terminal made of an accent.
    scrypt(password.normalize('NFC'), salt, bytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
