import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { embeddedAddons } from '../../scripts/build/addons.ts';
import { readElf } from '../../scripts/build/elf.ts';
import { demandCommonNames } from '../../scripts/build/musl.ts';
import { findRuntime, hostNode, isForMusl, runtimeVersion } from '../../scripts/build/runtime.ts';
import { hostArchitecture, targetFor } from '../../scripts/build/target.ts';

const target = targetFor(hostArchitecture());
const other = targetFor(target.architecture === 'x64' ? 'arm64' : 'x64');
const version = runtimeVersion();

const folder = mkdtempSync(join(tmpdir(), 'twinbeat-runtime-'));
t.after(() => rmSync(folder, { recursive: true }));

interface Traits {
  readonly machine?: number;
  readonly interpreter?: string | null;
  readonly version?: string | null;
  readonly fuse?: string;
}

/** A file with the traits by which a Node is known. */
function binary(name: string, traits: Traits): string {
  const { machine = target.elfMachine, interpreter = '/lib64/ld-linux-x86-64.so.2', fuse = '0' } = traits;
  const source = `https://nodejs.org/download/release/node-v${traits.version ?? version}.tar.gz`;
  const header = Buffer.alloc(64 + 56);
  header.write('\x7fELF\x02\x01', 'latin1');
  header.writeUInt16LE(machine, 18);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(interpreter === null ? 0 : 1, 56);
  const words = `${interpreter ?? ''}\0`;
  header.writeUInt32LE(3, 64);
  header.writeBigUInt64LE(BigInt(header.length), 64 + 8);
  header.writeBigUInt64LE(BigInt(words.length), 64 + 32);
  const node = traits.version === null ? '' : `github.com/nodejs/node-v0.x-archive\0${source}\0`;
  const mark = fuse === '' ? '' : `NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:${fuse}`;
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([header, Buffer.from(words + node + mark)]));
  return path;
}

t.test('a Node that someone brought is taken', async (t) => {
  const runtime = await findRuntime(target, hostNode());
  const installed = await findRuntime(target, null);
  t.equal(runtime.binary, hostNode());
  t.equal(runtime.interpreter, readElf(process.execPath)?.interpreter);
  t.same({ ...installed, isBrought: true }, runtime);
});

t.test('what cannot hold the agent is refused, with what would', async (t) => {
  writeFileSync(join(folder, 'script'), '#!/bin/sh\nexec node\n');
  mkdirSync(join(folder, 'release'));
  const cases: readonly [path: string, why: RegExp][] = [
    [join(folder, 'nothing'), /there is no .*\/nothing$/],
    [join(folder, 'release'), /no file: name the binary in it \(bin\/node\)/],
    [join(folder, 'script'), /no program for 64 bits: name the binary of a Node release/],
    ['/bin/sh', /it is no Node/],
    [binary('other', { machine: other.elfMachine }), new RegExp(`--target ${other.architecture}, or bring`)],
    [binary('foreign', { machine: 8 }), /another processor than/],
    [binary('library', { version: null }), /no Node, or one whose parts are in a library/],
    [binary('old', { version: '18.20.4' }), new RegExp(`it is Node 18.20.4: bring Node ${version}, which`)],
    [binary('full', { fuse: '1' }), /holds a program already/],
    [binary('plain', { fuse: '' }), /without support for single executables/],
    [binary('static', { interpreter: null }), /linked statically.*glibc or musl/],
  ];
  for (const [path, why] of cases) await t.rejects(findRuntime(target, path), { message: why }, path);
});

t.test('with a Node for musl goes an addon for musl', async (t) => {
  const serialport = async (path: string | null) => {
    const runtime = await findRuntime(target, path);
    const addon = embeddedAddons(target, runtime).find(({ name }) => name === 'serialport.node');
    return { isForMusl: isForMusl(runtime), file: addon?.path };
  };
  const path = binary('musl', { interpreter: '/lib/ld-musl-x86_64.so.1' });
  t.match(await serialport(path), { isForMusl: true, file: /\.musl\.node$/ });
  t.match(await serialport(null), { isForMusl: false, file: /native\/\w+\/serialport\.node$/ });
});

t.test('an addon that only glibc can load is refused for musl', async (t) => {
  const compiled = (name: string, ...flags: string[]) => {
    const source = join(folder, 'addon.c');
    const lines = [
      '#include <stdio.h>',
      'int say(char *to, int n, int m) { return snprintf(to, n, "%d", m); }',
    ];
    writeFileSync(source, `${lines.join('\n')}\nint error(void) { return errno; }\n`);
    const path = join(folder, name);
    execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-include', 'errno.h', ...flags, '-o', path, source]);
    return path;
  };
  await demandCommonNames([compiled('plain.node', '-U_FORTIFY_SOURCE')], target);
  const checked = compiled('checked.node', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2');
  const message = /checked\.node uses __snprintf_chk, which musl has not: compile without/;
  await t.rejects(demandCommonNames([checked], target), { message });
});
