import type { Alarms } from './alarm/alarms.ts';
import type { CableDoctor } from './cable-doctor.ts';
import type { Clients } from './clients/clients.ts';
import type { Action } from './core/action.ts';
import type { DiskLocks } from './disk-locks.ts';
import type { Fencer } from './fencing/fencer.ts';
import type { Life } from './life.ts';
import type { Media } from './media.ts';
import type { Operators } from './operators.ts';
import { type Course, deathCourse, noCourse, ownCourse } from './resources/course.ts';
import type { ResourceManager } from './resources/groups.ts';
import type { Log } from './resources/log.ts';

/** The actions that end a life. */
export type LifeEnd = Extract<Action, { do: 'restart' | 'renew' | 'exit' }>;

/** What actions are carried out with. */
export interface Hands {
  readonly media: Media | null;
  readonly resources: ResourceManager;
  readonly alarms: Alarms;
  readonly fencer: Fencer;
  readonly clients: Clients;
  readonly locks: DiskLocks | null;
  readonly operators: Operators;
  readonly doctor: CableDoctor;
  readonly log: Log;
  readonly generation: (generation: number) => void;
  readonly kick: () => void;
  readonly over: (how: LifeEnd) => void;
}

/** What a job's scripts find in their environment of what brought it about. */
function courseOf(id: number, { state }: Life): Course {
  const purpose = state.resources.jobs.find((job) => job.id === id)?.purpose;
  if (purpose === 'own groups') return ownCourse(state.settings.self);
  return purpose === 'takeover' ? deathCourse(state.settings.peer) : noCourse;
}

/** Do what the core decided; what comes of it is told to the life that asked. */
export function carryOut(action: Action, life: Life, hands: Hands): void {
  const { media, resources, fencer, operators } = hands;
  switch (action.do) {
    case 'send':
      media?.send(action);
      break;
    case 'resend':
      media?.resend(action.seq);
      break;
    case 'learn':
      media?.learn(Buffer.from(action.uuid, 'hex'));
      break;
    case 'generation':
      hands.generation(action.generation);
      break;
    case 'acquire':
    case 'release':
      resources[action.do](
        { set: action.set, key: action.key },
        ({ failed }) => life.happen({ kind: 'finished', job: action.job, failed }),
        courseOf(action.job, life),
      );
      break;
    case 'announce':
      resources.announce();
      break;
    case 'look':
      resources.look({ set: action.set, key: null }, (sight) =>
        life.happen({ kind: 'looked', look: action.look, sight }),
      );
      break;
    case 'abandon':
      resources.releaseNow(action.set);
      break;
    case 'lock':
      hands.locks?.do(action.set, action.what);
      break;
    case 'fence':
      fencer.fence((result) => life.happen({ kind: 'fenced', fence: action.fence, ...result }));
      break;
    case 'call off fence':
      void fencer.cancel();
      break;
    case 'clients':
      hands.clients.start();
      break;
    case 'alarm':
      hands.alarms.raise(action);
      break;
    case 'log':
      hands.log(action.level, action.text, action.entity);
      break;
    case 'progress':
      operators.progress(action.id, action.text);
      break;
    case 'answer':
      operators.answer(action.id, { ok: action.ok, text: action.text });
      break;
    case 'cable talk':
      hands.doctor.hear(action.fields);
      break;
    case 'kick':
      hands.kick();
      break;
    case 'restart':
    case 'renew':
    case 'exit':
      hands.over(action);
      break;
    case 'timer':
      // The life looks at its state for it.
      break;
  }
}
