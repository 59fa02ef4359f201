import type { Diagnostic, Severity } from './diagnostic.ts';

/** A spot in a file; line and column count from 1, and line 0 means the whole file. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The place for what no single line is to blame for, such as something that is missing. */
export function wholeFile(file: string): Place {
  return { file, line: 0, column: 0 };
}

/** Collects what there is to say, so that one run tells a person every mistake and not only the first. */
export class Findings {
  readonly #found: Diagnostic[] = [];

  error(at: Place, text: string): void {
    this.add('error', at, text);
  }

  warning(at: Place, text: string): void {
    this.add('warning', at, text);
  }

  info(at: Place, text: string): void {
    this.add('info', at, text);
  }

  add(severity: Severity, at: Place, text: string): void {
    this.#found.push({ severity, file: at.file, line: at.line, column: at.column, text });
  }

  get failed(): boolean {
    return this.#found.some((d) => d.severity === 'error');
  }

  /** Everything found: files in the order in which they were first named, each from top to bottom. */
  list(): readonly Diagnostic[] {
    const files = [...new Set(this.#found.map((d) => d.file))];
    return this.#found.toSorted(
      (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
    );
  }
}
