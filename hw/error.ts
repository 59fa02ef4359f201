/** The system's name of it, as in `ENOENT`, where it has one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** What went wrong, in words. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
