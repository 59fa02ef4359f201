import { binding, type InterfaceAddress, type NetworkInterface } from './binding.ts';
import { errorCode } from './error.ts';

export type { InterfaceAddress, NetworkInterface } from './binding.ts';

/** An address on an interface; the prefix is 0..32 bits, or 0..128 with IPv6. */
export interface AddressKey {
  readonly device: string;
  readonly address: string;
  readonly prefix: number;
}

export interface NewAddress extends AddressKey {
  /** None unless told. Of IPv4, as is the label. */
  readonly broadcast?: string;
  /** Must begin with the device's name, as in `eth0:0`, and be at most 15 bytes long. */
  readonly label?: string;
}

/**
 * Adds an address, within microseconds; success if it is there already, whatever its label. One of IPv6 answers at once,
 * without a look for others that have it.
 * Throws an ErrnoException: ENODEV (no such interface), EPERM (not root), EINVAL (a label of another interface).
 */
export function addAddress(address: NewAddress): 'added' | 'already' {
  try {
    const { device, prefix, broadcast, label } = address;
    binding().addAddress(device, address.address, prefix, broadcast ?? null, label ?? null);
    return 'added';
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return 'already';
    throw error;
  }
}

/** Removes an address; success if it is gone already, be it with its whole interface. Throws an ErrnoException. */
export function removeAddress(key: AddressKey): 'removed' | 'already' {
  try {
    binding().removeAddress(key.device, key.address, key.prefix);
    return 'removed';
  } catch (error) {
    if (errorCode(error) === 'EADDRNOTAVAIL' || errorCode(error) === 'ENODEV') return 'already';
    throw error;
  }
}

/** All IPv4 addresses of this network namespace. Throws an ErrnoException. */
export function listAddresses(): InterfaceAddress[] {
  return binding().listAddresses();
}

/** All IPv6 addresses of this network namespace, as RFC 5952 writes them. Throws an ErrnoException. */
export function listAddresses6(): InterfaceAddress[] {
  return binding().listAddresses6();
}

/** All interfaces of this network namespace, up or not. Throws an ErrnoException. */
export function listInterfaces(): NetworkInterface[] {
  return binding().listInterfaces();
}

/** Interfaces that have an IPv4 address, and none with a broadcast address. Throws an ErrnoException. */
export function interfacesWithoutBroadcast(): string[] {
  const addresses = listAddresses();
  const having = addresses.flatMap(({ device, broadcast }) => (broadcast === undefined ? [] : device));
  return [...new Set(addresses.map(({ device }) => device))].filter((device) => !having.includes(device));
}

/** Where a broadcast from this interface goes. Throws an Error if the interface has no broadcast address. */
export function broadcastAddress(device: string): string {
  const found = listAddresses().find((entry) => entry.device === device && entry.broadcast !== undefined);
  if (found?.broadcast === undefined) throw new Error(`interface ${device} has no broadcast address`);
  return found.broadcast;
}
