/** Arithmetic on IPv6 addresses, however they are written. */

/** @throws RangeError when the text is no IPv6 address, or ends like one of IPv4. */
export function toNumber(address: string): bigint {
  const [left = '', right, ...more] = address.split('::');
  const head = groups(left);
  const tail = groups(right ?? '');
  const missing = 8 - head.length - tail.length;
  const fits = right === undefined ? missing === 0 : missing > 0;
  const all = [...head, ...Array<number>(Math.max(missing, 0)).fill(0), ...tail];
  if (!fits || more.length > 0 || all.some(Number.isNaN)) {
    throw new RangeError(`${address} is not an IPv6 address`);
  }
  return all.reduce((number, group) => number * 0x10000n + BigInt(group), 0n);
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text
    .split(':')
    .map((group) => (/^[\da-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : Number.NaN));
}

/** Is the address in the network that `network`/`prefix` names? */
export function holds(network: string, prefix: number, address: string): boolean {
  const shift = BigInt(128 - prefix);
  return toNumber(network) >> shift === toNumber(address) >> shift;
}
