import { setTimeout as pause } from 'node:timers/promises';
import { CableDoctor } from '../../../firmware-agent/cable-doctor.ts';
import type { Config } from '../../../firmware-agent/config/config.ts';
import type { State } from '../../../firmware-agent/core/state.ts';
import type { Bench } from '../../../firmware-agent/doctor/bench.ts';
import type { Happened } from '../../../firmware-agent/events/event.ts';
import type { Happening } from '../../../firmware-agent/life.ts';
import type { OwnBenchOptions } from '../../../firmware-agent/own-bench.ts';
import { monotonic } from '../../../hw/clock.ts';
import { DoctorCable, type End, nullModem } from './doctor-cable.ts';
import { OppositeHeartbeat } from './opposite-heartbeat.ts';

/** The serial cable in question. */
export const CABLE = '/dev/ttyS0';

export function serial(name: string, baud = 19_200): Config['media'][number] {
  return { kind: 'serial', name, path: name, baud };
}

/** One agent, as far as its cable doctor sees it. */
export class DoctorNode {
  readonly doctor: CableDoctor;
  /** What became of its end of the cable. */
  readonly story: string[] = [];
  readonly notes: Happened[] = [];
  /** False: between two lives. */
  hasLife = true;
  /** How its end is opened. */
  open: (options: OwnBenchOptions) => Promise<Bench>;
  readonly state: State;
  readonly self: string;
  #say: (fields: Extract<Happening, { kind: 'cable talk' }>['fields']) => void = () => undefined;

  constructor(self: string, peer: string, media: Config['media'], bench: () => Bench) {
    this.self = self;
    this.open = async ({ left }) => leavable(bench(), left);
    const names = [...media.map(({ name }) => ({ name, medium: 'serial' as const, shared: false }))];
    const links = [...names, { name: 'x0', medium: 'ucast' as const, shared: false }];
    this.state = new OppositeHeartbeat({ self, peer, nodes: ['fw1', 'fw2'], links }).state;
    Object.assign(this.state.peer, { status: 'active', twinbeat: true, generation: 7 });
    for (const link of Object.values(this.state.links)) Object.assign(link, { up: true });
    this.doctor = new CableDoctor({
      config: { self, peer, media },
      media: () => ({
        rest: async () => {
          this.story.push('rest');
          return () => this.story.push('back');
        },
        hush: () => () => undefined,
      }),
      // As the core does it, each event has a state of its own; the other cable brings heartbeats as long as it is up.
      state: () => {
        if (!this.hasLife) return null;
        const { x0 } = this.state.links;
        if (x0?.up) x0.lastHeard = monotonic();
        return structuredClone(this.state);
      },
      happen: (happening) => this.#happen(happening),
      note: (happened) => this.notes.push(happened),
      openBench: (options) => this.open(options),
    });
  }

  join(other: DoctorNode): void {
    this.#say = (fields) => setImmediate(() => other.doctor.hear(fields));
  }

  /** Nothing is said by the other cable from now on. */
  fallSilent(): void {
    this.#say = () => undefined;
  }

  #happen(happening: Happening): void {
    if (happening.kind === 'cable talk') this.#say(happening.fields);
    if (happening.kind !== 'examined') return;
    this.story.push(happening.on ? 'examined' : 'over');
    const link = this.state.links[happening.link];
    if (link) link.examined = happening.on;
  }
}

/** Two nodes that hear each other by another cable, and a null modem between them. */
export function doctorPair(cable = new DoctorCable({ wires: nullModem() }), media = [serial(CABLE)]) {
  const node = (self: string, peer: string, end: End) =>
    new DoctorNode(self, peer, media, () => cable.bench(end));
  const [fw1, fw2] = [node('fw1', 'fw2', 'here'), node('fw2', 'fw1', 'there')];
  fw1.join(fw2);
  fw2.join(fw1);
  return { fw1, fw2 };
}

/** Takes its time to send, and rejects everything once it is left, as a port does. */
export function leavable(bench: Bench, left: () => void, time = 0): Bench {
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => undefined);
  return {
    ...bench,
    emit: async (blocks) => {
      await Promise.race([over.promise, pause(time)]);
      await bench.emit(blocks);
    },
    leave: async () => {
      over.reject(new Error('the port is closed'));
      await bench.leave();
      left();
    },
  };
}
