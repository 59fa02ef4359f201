import type { Action, Fields } from '../../../firmware-agent/core/action.ts';
import type { SetWord } from '../../../firmware-agent/core/event.ts';
import { initialState } from '../../../firmware-agent/core/initial-state.ts';
import { noDefences } from '../../../firmware-agent/core/settings.ts';
import type { State } from '../../../firmware-agent/core/state.ts';
import { step } from '../../../firmware-agent/core/step.ts';
import { Message } from '../../../firmware-agent/wire/message.ts';

const GENERATION = 0x6b015904;

/** The type of a message and its other fields; the standard ones are added. */
export type Words = Readonly<Record<string, string>> & { readonly t: string };

/** One core, `nodea`, and a Heartbeat, `nodeb`, whose every word the test says. */
export class OppositeHeartbeat {
  state: State;
  now = 0;
  #seq = 0;

  constructor(wishes: Partial<State['settings']> = {}) {
    this.state = initialState({
      self: 'nodea',
      pid: 1001,
      peer: 'nodeb',
      nodes: ['nodea', 'nodeb'],
      uuid: 'aa'.repeat(16),
      generation: GENERATION,
      generationIsNew: false,
      keepalive: 1000,
      deadtime: 5000,
      warntime: 2500,
      initdead: 10_000,
      deadping: 5000,
      rexmitDelay: 250,
      autoFailback: true,
      legacy: false,
      links: [{ name: 'x0', medium: 'ucast', shared: false }],
      pings: [],
      ipfail: false,
      ackResidue: 3,
      macs: [],
      keeps: 'none',
      configuration: [],
      configurationDigest: '',
      localKeys: ['IPaddr::10.78.0.100/24'],
      foreignKeys: [],
      addressKeys: [],
      defences: noDefences,
      ...wishes,
    });
    this.#happen({ kind: 'start' });
  }

  /** The peer says something new; what it causes. */
  hear(words: Words): readonly Action[] {
    this.#seq += 1;
    return this.hearNumber(this.#seq, words);
  }

  /** The peer says something with the number `seq`, which may be late. */
  hearNumber(seq: number, words: Words): readonly Action[] {
    this.#seq = Math.max(this.#seq, seq);
    const numbered = words.t.startsWith('NS_') ? {} : { seq: seq.toString(16) };
    const message = Message.of({
      src: 'nodeb',
      hg: GENERATION.toString(16),
      ts: '6b016000',
      ...numbered,
      ...words,
    });
    this.now += 10;
    return this.#happen({ kind: 'receive', link: 'x0', message });
  }

  /** Time goes on to this moment, in ms. */
  tick(at: number): readonly Action[] {
    this.now = at;
    return this.#happen({ kind: 'tick' });
  }

  /** An operator asks the node itself. */
  wish(command: 'standby' | 'takeover', set: SetWord): readonly Action[] {
    return this.#happen({ kind: 'command', id: 1, command, set });
  }

  /** Every job under way is over. */
  finish(): void {
    for (const { id } of this.state.resources.jobs) this.#happen({ kind: 'finished', job: id, failed: [] });
  }

  /** The own cable doctor says something. */
  talk(fields: Fields): readonly Action[] {
    return this.#happen({ kind: 'cable talk', fields });
  }

  /** A number that is lost on the way. */
  skip(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** Both active and at rest, each with its own groups; jobs end at once. */
  settle(): void {
    for (const st of ['init', 'up', 'active']) this.hear({ t: 'status', st, dt: '1388', protocol: '1' });
    this.hear({ t: 'repnodes', dest: 'nodea', nodelist: 'nodea nodeb ' });
    this.hear({ t: 'starting' });
    this.hear({ t: 'resource', rsc_hold: 'local', rtype: 'full', isstable: '1' });
    this.finish();
  }

  #happen(
    event:
      | { kind: 'start' | 'tick' }
      | { kind: 'receive'; link: string; message: Message }
      | { kind: 'cable talk'; fields: Fields }
      | { kind: 'command'; id: number; command: 'standby' | 'takeover'; set: SetWord }
      | { kind: 'finished'; job: number; failed: readonly string[] },
  ): readonly Action[] {
    const { state, actions } = step(this.state, { ...event, at: this.now });
    this.state = state;
    return actions;
  }
}

/** The messages among what was caused: each as `t=... field=...`. */
export function said(actions: readonly Action[]): string[] {
  return actions.flatMap((action) =>
    action.do === 'send' ? [action.fields.map(([name, value]) => `${name}=${value}`).join(' ')] : [],
  );
}
