import { works } from './command.ts';

/** Something of the system, how to see that it is there, and the Debian package that brings it. */
export interface Need {
  readonly proof: readonly string[];
  readonly package: string;
}

/** Throws, with the command that mends it, unless all of this is on the machine. */
export async function demand(needs: readonly Need[]): Promise<void> {
  const present = await Promise.all(needs.map(({ proof }) => works(proof)));
  const missing = needs.filter((_, index) => present[index] === false).map((need) => need.package);
  if (missing.length === 0) return;
  const mend = `apt-get update && apt-get install --no-install-recommends ${missing.join(' ')}`;
  throw new Error(`this machine lacks ${missing.join(', ')}: ${mend}`);
}
