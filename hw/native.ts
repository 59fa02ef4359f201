import { dlopen } from 'node:process';
import * as sea from 'node:sea';
import { fileURLToPath } from 'node:url';
import { loadFromMemory } from './memory-addon.ts';

/** SHA-256 of each embedded addon in hex; the build puts it in. Absent when the sources run as they are. */
declare const __ADDON_SHA256__: Readonly<Record<string, string>>;

export type AddonName = 'twinbeat.node' | 'raw.node' | 'serialport.node';

const loaded = new Map<AddonName, unknown>();

/**
 * An addon's exports, loaded once. In the single executable it comes out of the executable itself, else from
 * `dist/native/<arch>/`, where `npm run build` puts it. Throws an Error that says what to do.
 */
export function loadAddon(name: AddonName): unknown {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const exports = sea.isSea() ? loadEmbedded(name) : loadBuilt(name);
  loaded.set(name, exports);
  return exports;
}

function loadEmbedded(name: AddonName): unknown {
  const sha256 = typeof __ADDON_SHA256__ === 'undefined' ? undefined : __ADDON_SHA256__[name];
  if (sha256 === undefined) throw new Error(`${name} is not part of this executable: build it again`);
  return loadFromMemory(name, new Uint8Array(sea.getRawAsset(name)), sha256);
}

function loadBuilt(name: AddonName): unknown {
  const path = fileURLToPath(new URL(`../dist/native/${process.arch}/${name}`, import.meta.url));
  const module = { exports: {} };
  try {
    dlopen(module, path);
  } catch (cause) {
    throw new Error(`cannot load ${path}: \`npm run build\` makes it`, { cause });
  }
  return module.exports;
}
