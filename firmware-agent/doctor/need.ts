/** A cable of ha.cf, as far as the heartbeats are concerned. */
export interface Carrier {
  readonly name: string;
  readonly up: boolean;
}

export function onlyBy(peer: string, cable: string): string {
  return `${peer} is heard on no other cable than ${cable}`;
}

/** Why the heartbeats have a cable before the doctor, and what is to be done about that. `carriers`: all of ha.cf. */
export function whyNeeded(peer: string, cable: string, carriers: readonly Carrier[]): string {
  if (!carriers.some(({ up }) => up))
    return `${peer} is not heard yet: wait until it is, or is taken for dead`;
  const need = onlyBy(peer, cable);
  return carriers.length === 1
    ? `${need}, the only one: stop one of the two nodes to examine it`
    : `${need}: mend the other cable first`;
}
