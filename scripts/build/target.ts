/** The processors that an executable is built for, in Node's own names. */
export const architectures = ['x64', 'arm64'] as const;

export type Architecture = (typeof architectures)[number];

/** What building for one processor needs. */
export interface Target {
  readonly architecture: Architecture;
  /** Stands before `gcc`, `g++`, `strip`: empty for the machine that builds. */
  readonly prefix: string;
  /** The Debian packages with those tools. */
  readonly packages: readonly string[];
  /** What addons are compiled with for this processor. */
  readonly flags: readonly string[];
  /** The npm package with Node and its headers. */
  readonly runtimePackage: string;
  /** serialport's own addon, inside `@serialport/bindings-cpp`. */
  readonly serialportAddon: string;
  /** The machine's number in an ELF header. */
  readonly elfMachine: number;
  /** Runs here: its result can be tried, and serves development on this machine. */
  readonly native: boolean;
}

const TRIPLETS = { x64: 'x86-64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const;
/** As Debian calls the processors. */
export const DEBIAN_NAMES = { x64: 'amd64', arm64: 'arm64' } as const;
const NATIVE_PACKAGES = ['gcc', 'g++', 'libc6-dev', 'binutils'] as const;
/** On arm64 the compiler's library would ask glibc, and musl has no answer, how the processor does atomic operations. */
const FLAGS = { x64: [], arm64: ['-mno-outline-atomics'] } as const;
const ELF_MACHINES = { x64: 62, arm64: 183 } as const;
const SERIALPORT_ADDONS = {
  x64: 'prebuilds/linux-x64/@serialport+bindings-cpp.glibc.node',
  arm64: 'prebuilds/linux-arm64/@serialport+bindings-cpp.armv8.glibc.node',
} as const;

export function isArchitecture(word: string): word is Architecture {
  return (architectures as readonly string[]).includes(word);
}

/** The processor of this machine. Throws where nothing can be built on it. */
export function hostArchitecture(): Architecture {
  if (process.platform === 'linux' && isArchitecture(process.arch)) return process.arch;
  throw new Error(`builds run on Linux on x64 or arm64, not on ${process.platform} on ${process.arch}`);
}

function crossPackages(architecture: Architecture): string[] {
  const triplet = TRIPLETS[architecture];
  const library = `libc6-dev-${DEBIAN_NAMES[architecture]}-cross`;
  return [`gcc-${triplet}`, `g++-${triplet}`, `binutils-${triplet}`, library];
}

export function targetFor(architecture: Architecture): Target {
  const native = architecture === hostArchitecture();
  const triplet = TRIPLETS[architecture];
  return {
    architecture,
    // Debian names the packages with a dash in x86-64, the tools with an underscore.
    prefix: native ? '' : `${triplet.replace('x86-64', 'x86_64')}-`,
    packages: native ? NATIVE_PACKAGES : crossPackages(architecture),
    flags: FLAGS[architecture],
    runtimePackage: `node-linux-${architecture}`,
    serialportAddon: SERIALPORT_ADDONS[architecture],
    elfMachine: ELF_MACHINES[architecture],
    native,
  };
}
