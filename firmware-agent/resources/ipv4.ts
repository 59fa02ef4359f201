/** Arithmetic on dotted IPv4 addresses. */

/** @throws RangeError when the text is no IPv4 address. */
export function toNumber(address: string): number {
  const parts = address.split('.');
  const octets = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (octets.length !== 4 || octets.some((octet) => octet > 255)) {
    throw new RangeError(`${address} is not an IPv4 address`);
  }
  return octets.reduce((number, octet) => number * 256 + octet, 0);
}

/** Is the address in the network that `network`/`prefix` names? */
export function holds(network: string, prefix: number, address: string): boolean {
  const size = 2 ** (32 - prefix);
  return Math.floor(toNumber(network) / size) === Math.floor(toNumber(address) / size);
}

/** The highest address of the network; undefined where there is no room for one (/31 and /32). */
export function broadcastOf(address: string, prefix: number): string | undefined {
  if (prefix > 30) return undefined;
  const size = 2 ** (32 - prefix);
  const last = Math.floor(toNumber(address) / size) * size + size - 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.');
}
