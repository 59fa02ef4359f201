/** A medium that does not work, and why. */
interface MediumFault {
  readonly link: string;
  readonly fault: string;
}

/**
 * Why the agent must not start with these media, with the mend; null: it may. A port that another program has, or that this
 * user may not have, does not come by waiting: an agent that started all the same would hear nobody and take everything.
 */
export function deafness(faults: readonly MediumFault[]): string | null {
  for (const { link, fault } of faults) {
    const mend = mendOf(fault);
    if (mend !== null) return `${link} does not work: ${fault}; ${mend}`;
  }
  return null;
}

function mendOf(fault: string): string | null {
  if (fault.includes('EADDRINUSE'))
    return 'another program has the UDP port: is Heartbeat, or another agent, still running?';
  return /EACCES|EPERM/.test(fault) ? 'this takes root' : null;
}
