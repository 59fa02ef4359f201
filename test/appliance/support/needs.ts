/**
 * For the `skip` of a test that needs what this machine may lack: the reason, which says how to get it. Where everything has to be
 * there, as in CI, a test that cannot run has failed.
 */
export function skipUnless(lack: string | null): string | false {
  if (lack === null) return false;
  if (process.env.CI !== undefined) throw new Error(lack);
  return lack;
}
