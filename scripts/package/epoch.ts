import { run } from '../build/command.ts';
import { ROOT } from '../build/paths.ts';

/**
 * The time that a package's files bear, in seconds since 1970: SOURCE_DATE_EPOCH, else that of the last commit, else (sources
 * without a history) a fixed one.
 */
export async function sourceEpoch(): Promise<number> {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) {
    if (!/^\d{1,12}$/.test(given)) throw new Error(`SOURCE_DATE_EPOCH is "${given}", not seconds since 1970`);
    return Number(given);
  }
  const committed = await run(['git', '-C', ROOT, 'log', '-1', '--format=%ct']).catch(() => '');
  return Number(committed.trim()) || 1_000_000_000;
}
