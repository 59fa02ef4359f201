import { lacking } from './demand.ts';
import type { Target } from './target.ts';

/** Something that must be on the machine, how to see that it is, and the Debian packages that bring it. */
interface Tool {
  readonly name: string;
  readonly proof: readonly string[];
  readonly packages: readonly string[];
}

const IP: Tool = { name: 'ip', proof: ['ip', '-V'], packages: ['iproute2'] };

/** What compiling for a target takes. The proofs include the libraries' headers. */
function compilers({ prefix, packages }: Target): Tool[] {
  const syntaxOnly = ['-fsyntax-only', '/dev/null'];
  return [
    {
      name: `${prefix}gcc with the C library's headers`,
      proof: [`${prefix}gcc`, '-include', 'stdlib.h', '-x', 'c', ...syntaxOnly],
      packages,
    },
    {
      name: `${prefix}g++ with the C++ library's headers`,
      proof: [`${prefix}g++`, '-include', 'cstdlib', '-x', 'c++', ...syntaxOnly],
      packages,
    },
    { name: `${prefix}strip`, proof: [`${prefix}strip`, '--version'], packages },
    { name: `${prefix}readelf`, proof: [`${prefix}readelf`, '--version'], packages },
  ];
}

function refusal(missing: readonly Tool[]): Error {
  const packages = [...new Set(missing.flatMap((tool) => tool.packages))].join(' ');
  const lines = [
    `this machine lacks ${missing.map((tool) => tool.name).join(', ')}`,
    `  Debian, Ubuntu: apt-get update && apt-get install ${packages}   (as root)`,
    '  elsewhere: the packages that bring the same tools',
  ];
  return new Error(lines.join('\n'));
}

/**
 * Throws unless this machine can build for the target. Whoever must install compilers anyway is told of `ip` too,
 * which the pair laboratory and the tests want next.
 */
export async function demandBuildTools(target: Target): Promise<void> {
  const missing = await lacking(compilers(target));
  if (missing.length > 0) throw refusal([...missing, ...(await lacking([IP]))]);
}

/** Throws unless network namespaces can be laid out here. */
export async function demandNetworkTools(): Promise<void> {
  const missing = await lacking([IP]);
  if (missing.length > 0) throw refusal(missing);
}
