/** No file knows quotes: what stands between those of this word, or behind its first one; undefined where it has none. */
export function withoutQuotes(text: string): string | undefined {
  return /^["'“”‘’](.*?)["'“”‘’]?$/.exec(text)?.[1];
}

/** What is said of them. */
export const QUOTES = 'quotes are taken as part of the value';
