import { readFileSync } from 'node:fs';
import { build, type Metafile, type Plugin } from 'esbuild';
import type { EmbeddedAddon } from './addons.ts';
import { ROOT } from './paths.ts';

export interface Bundle {
  /** Absolute paths of all files that went in. */
  readonly inputs: readonly string[];
  readonly bytes: number;
}

export function ownVersion(): string {
  return (JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }).version;
}

/** The packages that look for an addon on the disk, and the addon of the executable that they get instead. */
const REDIRECTED = [
  { request: /^\.\/build\/Release\/raw\.node$/, importer: /\/raw-socket\//, code: "loadAddon('raw.node')" },
  {
    request: /^node-gyp-build$/,
    importer: /\/@serialport\/bindings-cpp\//,
    code: "() => loadAddon('serialport.node')",
  },
] as const;

const EMBEDDED = 'embedded-addon';

function embeddedAddonPlugin(): Plugin {
  return {
    name: EMBEDDED,
    setup(api) {
      for (const { request, importer, code } of REDIRECTED) {
        api.onResolve({ filter: request }, (args) =>
          importer.test(args.importer) ? { path: code, namespace: EMBEDDED } : null,
        );
      }
      api.onLoad({ filter: /.*/, namespace: EMBEDDED }, ({ path }) => ({
        contents: `const { loadAddon } = require('./hw/native.ts');\nmodule.exports = ${path};\n`,
        loader: 'js',
        resolveDir: ROOT,
      }));
    },
  };
}

/**
 * The agent in one CommonJS file. It stays readable: a stack trace from a box in a rack is worth more than the bytes.
 *
 * @param output where it is written
 */
export async function bundle(output: string, addons: readonly EmbeddedAddon[]): Promise<Bundle> {
  const hashes = Object.fromEntries(addons.map(({ name, sha256 }) => [name, sha256]));
  const { metafile } = await build({
    entryPoints: [`${ROOT}firmware-agent/main.ts`],
    outfile: output,
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node26',
    metafile: true,
    legalComments: 'inline',
    logLevel: 'warning',
    plugins: [embeddedAddonPlugin()],
    // CommonJS has no import.meta: relative to the executable is the nearest thing that is true there.
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(process.execPath).href;" },
    define: {
      'import.meta.url': 'bundleUrl',
      __VERSION__: JSON.stringify(ownVersion()),
      __ADDON_SHA256__: JSON.stringify(hashes),
    },
  });
  return { inputs: inputsOf(metafile), bytes: Object.values(metafile.outputs)[0]?.bytes ?? 0 };
}

function inputsOf(metafile: Metafile): string[] {
  return Object.keys(metafile.inputs)
    .filter((path) => !path.startsWith(`${EMBEDDED}:`))
    .map((path) => ROOT + path);
}
