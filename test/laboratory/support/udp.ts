import type { Test } from 'tap';
import type { McastOptions } from '../../../hw/udp.ts';
import type { Heard } from '../fixtures/hw-box.ts';
import type { Box } from './box.ts';

/** Milliseconds between two attempts of a link to open. */
export const retry = 50;
export const port = 6940;

export const text = (wanted: string) => (event: Heard) => event.received === wanted;
export const fault = (on: string) => (event: Heard) => event.on === on && typeof event.fault === 'string';
export const mended = (on: string) => (event: Heard) => event.on === on && event.fault === null;

/** What is said to a group of either version of IP reaches it, and the sender with loop only. */
export async function reachesGroup(
  t: Test,
  [a, b]: readonly [Box, Box],
  where: Pick<McastOptions, 'kind' | 'group'>,
): Promise<void> {
  const group = { ...where, device: 'x0', port, ttl: 1, retry };
  await a.do('udp', 'm', { ...group, loop: false });
  await b.do('udp', 'm', { ...group, loop: true });
  await a.do('send', 'm', 'one');
  await b.hears(text('one'));
  await b.do('send', 'm', 'two');
  await Promise.all([a.hears(text('two')), b.hears(text('two'))]);
  t.notOk(a.heard.find(text('one')), 'without loop nothing comes back');
}
