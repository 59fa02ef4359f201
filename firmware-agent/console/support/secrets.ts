/** What stands where a secret was. */
export const removed = '(removed)';

const secretName =
  /pass(?:w|word|wd|phrase|code)?|pwd|secret|token|community|credential|api_?key|private_?key/.source;

/** `password=x`, `"token": "x"`, `db_passwd: x`, `key=x`. */
const assignment = new RegExp(
  // In haresources "::" begins the next parameter.
  `([\\w.-]*(?:${secretName})[\\w.-]*["']?\\s*(?:=|:(?!:))\\s*["']?|\\bkey=["']?)((?:(?!::)[^\\s"'])+)`,
  'gi',
);
/** `--password x`, `Bearer x`, `the password is x`. */
const following = /((?:pass(?:word|wd|phrase)|secret|token|bearer|basic)["']?(?:\s+is)?\s+["']?)([^\s"']+)/gi;
/** `--password x`, `Bearer x`: of the forms above what does not stand in prose. */
const option = /(--?(?:pass(?:word|wd|phrase)?|secret|token)\s+["']?|\bbearer\s+)([^\s"']+)/gi;
/** `token x1`: in prose what follows has no digit. */
const behindName =
  /(\b(?:pass(?:word|wd|phrase)|secret|token)["']?(?:\s+is)?\s+["']?)((?=[^\s"'\d]*\d)(?=[^\s"'a-z]*[a-z])[^\s"'/][^\s"']*)/gi;
/** `mysql -uroot -px`, `sshpass -p x`, `ipmitool -P x`, `snmpset -c x`, `curl -u user:x`. */
const shortOption =
  /(\b(?:(?:mysql|mariadb)\w*\b[^\n]*?\s-p|sshpass\s+-p\s*|ipmitool\b[^\n]*?\s-P\s*|snmp\w+\b[^\n]*?\s-c\s*|curl\b[^\n]*?\s(?:-u|--user)\s*[^\s:]+:)["']?)([^\s"']+)/g;
/** `http://user:x@host`. */
const inAddress = /(:\/\/[^\s/:@]*:)([^\s@]+)(?=@)/g;

/** Shorter words are no secrets, and stand in every text. */
const shortest = 3;

/** Finds what looks like a secret, takes it out, and out of every other text, too, in which it stands. */
export class Secrets {
  readonly #known = new Set<string>();
  readonly #public = new Set<string>();

  /** A word that stays wherever it stands, such as a node's name. */
  keep(word: string): void {
    this.#public.add(word);
  }

  /** A word that is a secret wherever it stands. */
  add(word: string): void {
    if (word.length >= shortest && word !== removed) this.#known.add(word);
  }

  /** The text without what is told to be a secret by the word before it. What was found is known from now on. */
  take(text: string): string {
    return [assignment, following, shortOption, inAddress].reduce(
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
    const words = [...this.#known]
      .filter((word) => !this.#public.has(word))
      .sort((a, b) => b.length - a.length);
    // The forms end where "::" stands, and would leave the rest of such a word.
    const [torn, whole] = [
      words.filter((word) => word.includes('::')),
      words.filter((word) => !word.includes('::')),
    ];
    const told = [assignment, option, behindName, shortOption, inAddress].reduce(
      (rest, form) => rest.replace(form, `$1${removed}`),
      without(text, torn),
    );
    return without(told, whole);
  }
}

function without(text: string, words: readonly string[]): string {
  return words.reduce((rest, word) => rest.replaceAll(word, removed), text);
}
