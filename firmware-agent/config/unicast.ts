import { type Directive, parseWord, refuse, refuseExtra } from './directive.ts';
import type { Reading } from './draft.ts';
import { parseHost6On, takeHost } from './hosts.ts';
import { takeInterface } from './interfaces.ts';
import { isLinkLocal } from './values.ts';

/** `ucast`, or `ucast6` over IPv6: a cable with the address of the other node. */
export function takeUnicast(kind: 'ucast' | 'ucast6'): Directive['take'] {
  return (word, rest, reading) => {
    const { draft, findings } = reading;
    const device = takeInterface(kind, word, reading);
    const [host, ...extra] = rest;
    if (!host) {
      const mend = `write "${kind} ${word.text} ADDRESS" with the other node's address`;
      refuse(kind, word, `${kind} has no address: ${mend}`, reading);
      return;
    }
    refuseExtra(kind, extra, 'one interface and one address', reading);
    const address =
      kind === 'ucast'
        ? takeHost(kind, host, reading)
        : parseWord(kind, host, parseHost6On(word.text), reading);
    if (device === undefined || address === undefined) return;
    // One ha.cf for both nodes names both addresses. A node that talks to itself would show a dead cable for ever.
    if (isOwn(address, device, reading)) {
      findings.info(
        host,
        `${kind}: ${address} is this machine's own address: this line is for the other node, not used here`,
      );
      return;
    }
    draft.media.push({ kind, device, address, at: word });
  };
}

function isOwn(address: string, device: string, { probe }: Reading): boolean {
  return (
    probe.addresses().includes(address) ||
    probe
      .addresses6()
      .some((own) => own.address === address && (own.device === device || !isLinkLocal(address)))
  );
}
