export type Severity = 'error' | 'warning' | 'info';

/** One thing to say about a configuration file, at the place that caused it. */
export interface Diagnostic {
  readonly severity: Severity;
  /** The file's name as a person would write it, e.g. `ha.cf`. */
  readonly file: string;
  /** Both from 1; line 0 where the whole file is meant (it is missing, say). */
  readonly line: number;
  readonly column: number;
  /** What is wrong, and what to write instead. */
  readonly text: string;
}

/** `ha.cf:12:7: error: ...`, the form that editors and people both read. */
export function formatDiagnostic(d: Diagnostic): string {
  const place = d.line > 0 ? `${d.file}:${d.line}:${d.column}` : d.file;
  return `${place}: ${d.severity}: ${d.text}`;
}

/** The errors alone, each as `formatDiagnostic` writes it. */
export function errorLines(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.filter(({ severity }) => severity === 'error').map(formatDiagnostic);
}
