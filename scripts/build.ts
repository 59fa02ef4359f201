import { parseArgs } from 'node:util';
import { type MakeOptions, make } from './build/make.ts';
import {
  type Architecture,
  architectures,
  hostArchitecture,
  isArchitecture,
  targetFor,
} from './build/target.ts';

const USAGE = `npm run build [-- OPTIONS]: make the executable for a device, dist/twinbeat-linux-<processor>

  --target x64|arm64|all  the device's processor (this machine's unless said)
  --runtime PATH          put the agent into this Node binary instead of the one that npm installed
  --if-stale              only if something that it is made of has changed
  --help                  this text`;

/** One for each target; null: only the usage is wanted. */
function options(): MakeOptions[] | null {
  const { values } = parseArgs({
    options: {
      target: { type: 'string' },
      runtime: { type: 'string' },
      'if-stale': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { target = hostArchitecture(), runtime = null } = values;
  if (target === 'all' && runtime !== null) throw new Error('--runtime is for one --target');
  return architecturesOf(target).map((architecture) => ({
    target: targetFor(architecture),
    runtime,
    ifStale: values['if-stale'],
  }));
}

function architecturesOf(word: string): readonly Architecture[] {
  if (word === 'all') return architectures;
  if (isArchitecture(word)) return [word];
  throw new Error(`--target is ${architectures.join(', ')} or all, not ${word}`);
}

try {
  const wanted = options();
  if (wanted === null) console.log(USAGE);
  else for (const each of wanted) await make(each);
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
