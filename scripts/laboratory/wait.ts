import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks at a condition. */
const LOOK = 50;

/** Wait until a condition holds; the error after `limit` milliseconds says what was waited for in vain. */
export async function until(
  what: string | (() => string),
  condition: () => boolean | Promise<boolean>,
  limit: number,
): Promise<void> {
  const end = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() >= end)
      throw new Error(
        `waited ${(limit / 1000).toFixed(1)} s in vain for ${typeof what === 'string' ? what : what()}`,
      );
    await sleep(LOOK);
  }
}
