import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths relative to the root, in one order everywhere, of what is below these folders. */
export function below(root: string, kind: 'file' | 'link', ...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => (kind === 'file' ? entry.isFile() : entry.isSymbolicLink()))
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
    )
    .sort();
}
