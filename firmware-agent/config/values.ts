import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { didYouMean } from './suggest.ts';

/** Why a value does not do, and what to write instead; the caller puts the directive's name before it. */
export class Problem {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Makes a value of a word, or says what is wrong with it. */
export type Parse<T> = (text: string) => T | Problem;

const TRUE = ['true', 'on', 'yes', 'y', '1'];
const FALSE = ['false', 'off', 'no', 'n', '0'];

/** Spec config.md 1.2, in any case. */
export const parseBoolean: Parse<boolean> = (text) => {
  const word = text.toLowerCase();
  if (TRUE.includes(word)) return true;
  if (FALSE.includes(word)) return false;
  return new Problem(`write on or off${didYouMean(text, ['on', 'off', 'true', 'false', 'yes', 'no'])}`);
};

/** A whole number in decimal digits, from `min` to `max`. */
export function integer(min: number, max: number): Parse<number> {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : new Problem(`write a whole number from ${min} to ${max}`);
  };
}

/** One of these words, in this spelling. */
export function choice<const T extends string>(...words: readonly T[]): Parse<T> {
  return (text) =>
    words.find((word) => word === text) ?? new Problem(`write ${anyOf(words)}${didYouMean(text, words)}`);
}

/** One of these whole numbers: a list that hardware or a standard fixes, such as baud rates. */
export function oneOf(...numbers: readonly number[]): Parse<number> {
  return (text) =>
    numbers.find((number) => String(number) === text) ?? new Problem(`write ${anyOf(numbers)}`);
}

/** The rates of serial ports that are used, in bits per second. */
export const parseBaud = oneOf(9600, 19200, 38400, 57600, 115200, 230400, 460800);

export const parseAbsolutePath: Parse<string> = (text) =>
  text.startsWith('/') ? text : new Problem(`write the full path, beginning with "/"`);

export const parseIPv4: Parse<string> = (text) =>
  isIPv4(text) ? text : new Problem('write an IPv4 address, four numbers from 0 to 255 as in 192.168.1.2');

/** As RFC 5952 writes it, whatever it was written like. */
export const parseIPv6: Parse<string> = (text) =>
  isIPv6(text) && !text.includes('%')
    ? new SocketAddress({ address: text, family: 'ipv6' }).address
    : new Problem('write an IPv6 address, as in fd00::2');

/** Is the address, as `parseIPv6` gives it, another host's on every cable? */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/.test(address);
}

export const parseText: Parse<string> = (text) => text;

/** `a, b or c`. */
export function anyOf(words: readonly (string | number)[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? String(last) : `${words.slice(0, -1).join(', ')} or ${last}`;
}
