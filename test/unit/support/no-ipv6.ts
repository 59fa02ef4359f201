import type { Address6Hardware } from '../../../firmware-agent/resources/hardware.ts';

function refuse(): never {
  throw new Error('this test has no IPv6');
}

/** For tests of what is not IPv6. */
export const noIPv6: Address6Hardware = {
  addAddress: refuse,
  removeAddress: refuse,
  listAddresses6: () => [],
  watchDevice: refuse,
  openAdvertisement: refuse,
};
