import { basename } from 'node:path';
import { run } from './command.ts';
import type { Target } from './target.ts';

/** Of the names that belong to a C library itself, what musl has as well, and compilers and headers make use of. */
const COMMON = new Set([
  '__assert_fail',
  '__cxa_atexit',
  '__cxa_finalize',
  '__errno_location',
  '__h_errno_location',
  '__isoc99_sscanf',
  '__stack_chk_fail',
  '__tls_get_addr',
  '__xpg_strerror_r',
]);

/**
 * Throws where an addon that was compiled for glibc uses what only glibc has (its checked functions, for one): on a box with
 * musl it could not be loaded, and the agent not start.
 */
export async function demandCommonNames(addons: readonly string[], target: Target): Promise<void> {
  for (const addon of addons) {
    const text = await run([`${target.prefix}readelf`, '--dyn-syms', '--wide', addon]);
    const names = [...text.matchAll(/ UND (__\w+)@GLIBC_/g)].map(([, name = '']) => name);
    const foreign = names.filter((name) => !COMMON.has(name));
    if (foreign.length === 0) continue;
    const mend = 'compile without _FORTIFY_SOURCE, or where headers are older';
    throw new Error(`${basename(addon)} uses ${foreign.join(', ')}, which musl has not: ${mend}`);
  }
}
