import { parseArgs } from 'node:util';
import { type MakeOptions, make } from './build/make.ts';
import { hostArchitecture, isArchitecture, targetFor } from './build/target.ts';

const USAGE = `npm run build [-- OPTIONS]: make the executable for a device, dist/twinbeat-linux-<processor>

  --target x64|arm64  the device's processor (this machine's unless said)
  --runtime PATH      put the agent into this Node binary instead of the one that npm installed
  --if-stale          only if something that it is made of has changed
  --help              this text`;

/** Null: only the usage is wanted. */
function options(): MakeOptions | null {
  const { values } = parseArgs({
    options: {
      target: { type: 'string' },
      runtime: { type: 'string' },
      'if-stale': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const architecture = values.target ?? hostArchitecture();
  if (!isArchitecture(architecture)) throw new Error(`--target is x64 or arm64, not ${architecture}`);
  return { target: targetFor(architecture), runtime: values.runtime ?? null, ifStale: values['if-stale'] };
}

try {
  const wanted = options();
  if (wanted === null) console.log(USAGE);
  else await make(wanted);
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
