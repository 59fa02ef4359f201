import type { Link, LinkListener } from '../hw/link.ts';
import { openSerial } from '../hw/serial.ts';
import { openUdp } from '../hw/udp.ts';
import type { MediumConfig } from './config/config.ts';
import { type Framing, type Opened, open, seal } from './wire/envelope.ts';
import type { Keyring } from './wire/keyring.ts';
import type { Message } from './wire/message.ts';
import { SerialDeframer } from './wire/serial-framing.ts';

/** Why what came in is no message of ours. */
export type Refusal = Pick<Extract<Opened, { ok: false }>, 'kind' | 'level' | 'detail'>;

/** What comes out of the cables, whichever it was. */
export interface CableListener {
  received(link: string, message: Message): void;
  refused(link: string, refusal: Refusal): void;
  faulted(link: string, fault: string | null): void;
  /** As of a link's listener. */
  signalled(link: string, missing: string | null): void;
  noted(link: string, text: string): void;
  /** Bytes came in on a serial cable, messages or not. */
  overheard(link: string, bytes: Uint8Array): void;
}

interface Cable {
  readonly name: string;
  readonly isSerial: boolean;
  readonly link: Link;
  /** What was half received belongs to nothing that comes now. */
  readonly forget: () => void;
}

/** All cables to the peer as one: every message leaves on each, and each is heard (spec wire.md 9). */
export class Cables {
  readonly #cables: readonly Cable[];
  #keys: Keyring;
  readonly #format: 'classic' | 'netstring';
  /** Who has the port of a cable, by its name. */
  readonly #takers = new Map<string, string>();
  /** Messages that would have gone to ports that others had. */
  #unsaid = 0;

  constructor(
    media: readonly MediumConfig[],
    format: 'classic' | 'netstring',
    keys: Keyring,
    listener: CableListener,
    /** Other hardware, for tests. */
    openLink: typeof openMedium = openMedium,
  ) {
    this.#keys = keys;
    this.#format = format;
    this.#cables = media.map((medium) => {
      const { forget, ...ears } = this.#listen(medium, listener);
      return {
        name: medium.name,
        isSerial: medium.kind === 'serial',
        link: openLink(medium, ears),
        forget,
      };
    });
  }

  /** Sign once for each framing in use and hand the bytes to every cable. */
  send(message: Message, slot?: string): void {
    const sealed = new Map<Framing, Uint8Array>();
    for (const { name, isSerial, link } of this.#cables) {
      const framing = isSerial ? 'serial' : this.#datagramFraming();
      const bytes = sealed.get(framing) ?? seal(message, this.#keys.signing, { framing });
      sealed.set(framing, bytes);
      link.send(bytes, slot);
      if (this.#takers.has(name)) this.#unsaid += 1;
    }
  }

  /** Sign with, and accept, these keys from now on. */
  useKeys(keys: Keyring): void {
    this.#keys = keys;
  }

  /**
   * `msgfmt classic` on UDP is netstring with an inner digest, as Heartbeat 3.0.6 sends it (spec wire.md 0). While there
   * are several keys it is true classic: 3.0.6 verifies netstring with its own signing key, whatever the message
   * names (spec wire.md 6), so that a change of keys would cut the pair in two.
   */
  #datagramFraming(): Framing {
    if (this.#keys.keys.size > 1) return 'classic-datagram';
    return this.#format === 'netstring' ? 'netstring' : 'netstring-inner';
  }

  /** Messages handed to a cable's medium so far. */
  sent(name: string): number {
    return this.#cables.find((cable) => cable.name === name)?.link.sent ?? 0;
  }

  /** The same of all cables together, and what went to none because a human has its port: this node is not mute for that. */
  get written(): number {
    return this.#cables.reduce((sum, { link }) => sum + link.sent, this.#unsaid);
  }

  /** As of a link, for `taker`; null: that is no port. Rejects in words where somebody has it already. */
  async rest(name: string, taker: string): Promise<(() => void) | null> {
    const cable = this.#cables.find((cable) => cable.name === name);
    if (cable?.link.rest === undefined) return null;
    const other = this.#takers.get(name);
    if (other !== undefined) throw new Error(`${name} is not free: ${other} has it`);
    this.#takers.set(name, taker);
    const giveBack = await cable.link.rest().catch((error: unknown) => {
      this.#takers.delete(name);
      throw error;
    });
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#takers.delete(name);
      // The first message leaves a moment later.
      this.#unsaid += 1;
      cable.forget();
      giveBack();
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#cables.map(({ link }) => link.close()));
  }

  #listen(medium: MediumConfig, listener: CableListener): LinkListener & Pick<Cable, 'forget'> {
    const { name } = medium;
    const take = (bytes: Uint8Array) => {
      const opened = open(bytes, this.#keys);
      if (opened.ok) listener.received(name, opened.message);
      else listener.refused(name, opened);
    };
    const faulted = (fault: string | null) => listener.faulted(name, fault);
    const signalled = (missing: string | null) => listener.signalled(name, missing);
    const noted = (text: string) => listener.noted(name, text);
    if (medium.kind !== 'serial')
      return { received: take, faulted, signalled, noted, forget: () => undefined };
    let deframer = new SerialDeframer();
    // A port is usually opened in the midst of a message: what comes before the first one is nobody's fault.
    let joining = true;
    const forget = (): void => {
      deframer = new SerialDeframer();
      joining = true;
    };
    return {
      signalled,
      noted,
      forget,
      received: (bytes) => {
        listener.overheard(name, bytes);
        for (const input of deframer.push(bytes)) {
          if (input.kind === 'frame') take(input.bytes);
          else if (!joining) listener.refused(name, { ...input, level: 'WARN' });
          joining = false;
        }
      },
      faulted: (fault) => {
        forget();
        faulted(fault);
      },
    };
  }
}

function openMedium(medium: MediumConfig, listener: LinkListener): Link {
  if (medium.kind === 'serial') return openSerial({ path: medium.path, baud: medium.baud }, listener);
  return openUdp(medium, listener);
}
