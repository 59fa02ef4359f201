/** What stands where a secret was. */
export const removed = '(removed)';

const secretName =
  /pass(?:w|word|wd|phrase|code)?|pwd|secret|token|community|credential|api_?key|private_?key/.source;

/** `password=x`, `"token": "x"`, `db_passwd: x`, `key=x`. */
const assignment = new RegExp(
  `([\\w.-]*(?:${secretName})[\\w.-]*["']?\\s*[=:]\\s*["']?|\\bkey=["']?)([^\\s"']+)`,
  'gi',
);
/** `--password x`, `Bearer x`, `the password is x`. */
const following = /((?:pass(?:word|wd|phrase)|secret|token|bearer|basic)["']?(?:\s+is)?\s+["']?)([^\s"']+)/gi;
/** `--password x`, `Bearer x`: of the forms above what does not stand in prose. */
const option = /(--?(?:pass(?:word|wd|phrase)?|secret|token)\s+["']?|\bbearer\s+)([^\s"']+)/gi;
/** `http://user:x@host`. */
const inAddress = /(:\/\/[^\s/:@]*:)([^\s@]+)(?=@)/g;

/** Shorter words are no secrets, and stand in every text. */
const shortest = 3;

/** Finds what looks like a secret, takes it out, and out of every other text, too, in which it stands. */
export class Secrets {
  readonly #known = new Set<string>();

  /** A word that is a secret wherever it stands. */
  add(word: string): void {
    if (word.length >= shortest && word !== removed) this.#known.add(word);
  }

  /** The text without what is told to be a secret by the word before it. What was found is known from now on. */
  take(text: string): string {
    return [assignment, following, inAddress].reduce(
      (rest, form) =>
        rest.replace(form, (_all, before: string, word: string) => {
          this.add(word);
          return before + removed;
        }),
      text,
    );
  }

  /** The text without any secret that is known. `take` all sources first. */
  scrub(text: string): string {
    // The longest first: one may be a part of another.
    const words = [...this.#known].sort((a, b) => b.length - a.length);
    const told = [assignment, option, inAddress].reduce(
      (rest, form) => rest.replace(form, `$1${removed}`),
      text,
    );
    return words.reduce((rest, word) => rest.replaceAll(word, removed), told);
  }
}
