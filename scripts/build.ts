import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorText } from '../hw/error.ts';
import { type MakeOptions, make } from './build/make.ts';
import { DIST } from './build/paths.ts';
import {
  type Architecture,
  architectures,
  hostArchitecture,
  isArchitecture,
  targetFor,
} from './build/target.ts';

const USAGE = `npm run build [-- OPTIONS]: make the executable for a device, dist/twinbeat-linux-<processor>, and beside it
its hash (.sha256, for sha256sum -c) and the licences inside (.licenses.txt)

  --target x64|arm64|all  the device's processor (npm run build: all; without npm: this machine's)
  --runtime PATH          put the agent into this Node binary of the same version instead of npm's: one that is
                          linked with musl makes an executable for devices with musl
  --output FOLDER         put it there instead of into dist
  --if-stale              only if something that it is made of has changed
  --help                  this text`;

/** One for each target; null: only the usage is wanted. */
function options(): MakeOptions[] | null {
  const { values } = parseArgs({
    options: {
      target: { type: 'string' },
      runtime: { type: 'string' },
      output: { type: 'string', default: DIST },
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
    into: resolve(values.output),
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
  console.error(`build: ${errorText(error)}`);
  process.exitCode = 1;
}
