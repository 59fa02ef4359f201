/** Words of a command line as getopt(3) reads them: `-a -b VALUE -cVALUE -abc WORD`, options and words in any order. */
export interface Words {
  /** The letters, in their order, as often as they were given. */
  readonly letters: readonly string[];
  /** By letter, of those that take one; the last counts. */
  readonly values: ReadonlyMap<string, string>;
  /** What is no option. */
  readonly words: readonly string[];
  /** As getopt says it, without the name of the command. */
  readonly faults: readonly string[];
}

/** `known`: letters; one followed by `:` takes a value. Whatever follows `--` is no option. */
export function getopt(given: readonly string[], known: string): Words {
  const letters: string[] = [];
  const values = new Map<string, string>();
  const words: string[] = [];
  const faults: string[] = [];
  const rest = [...given];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      words.push(...rest.splice(0));
    } else if (!word.startsWith('-') || word === '-') {
      words.push(word);
    } else {
      for (let cluster = word.slice(1); cluster !== ''; ) {
        const letter = cluster.charAt(0);
        cluster = cluster.slice(1);
        const place = letter === ':' ? -1 : known.indexOf(letter);
        if (place < 0) {
          faults.push(`invalid option -- '${letter}'`);
          continue;
        }
        if (known[place + 1] === ':') {
          const value = cluster === '' ? rest.shift() : cluster;
          cluster = '';
          if (value === undefined) {
            faults.push(`option requires an argument -- '${letter}'`);
            continue;
          }
          values.set(letter, value);
        }
        letters.push(letter);
      }
    }
  }
  return { letters, values, words, faults };
}
