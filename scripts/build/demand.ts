import { works } from './command.ts';

/** Something of the system, how to see that it is there, and the Debian package that brings it. */
export interface Need {
  readonly proof: readonly string[];
  readonly package: string;
}

/** Those of which this machine gives no proof. */
export async function lacking<N extends Pick<Need, 'proof'>>(needs: readonly N[]): Promise<N[]> {
  const present = await Promise.all(needs.map(({ proof }) => works(proof)));
  return needs.filter((_, index) => present[index] === false);
}

/** Throws, with the command that mends it, unless all of this is on the machine. */
export async function demand(needs: readonly Need[]): Promise<void> {
  const missing = (await lacking(needs)).map((need) => need.package);
  if (missing.length === 0) return;
  const mend = `apt-get update && apt-get install --no-install-recommends ${missing.join(' ')}`;
  throw new Error(`this machine lacks ${missing.join(', ')}: ${mend}`);
}
