import type { GroupConfig, ResourceConfig } from './config.ts';
import { type Findings, type Place, wholeFile } from './findings.ts';
import { type LogicalLine, logicalLines } from './logical.ts';
import { QUOTES, withoutQuotes } from './quotes.ts';
import { parseResource, type ResourceSurroundings } from './resource-word.ts';
import { PLAIN_WORD, splitWords, type Word } from './source.ts';
import { anyOf, Problem } from './values.ts';

export const HARESOURCES_MEND =
  'write it, the same on both nodes, with lines such as "NODE 192.168.1.200/24/eth0 SCRIPT"';

/** What the groups are checked against. */
export interface Surroundings extends ResourceSurroundings {
  /** The nodes of ha.cf; none where they are not known, and then no group's node is judged. */
  readonly nodes: readonly string[];
}

/** Read haresources (spec config.md 4): one group for each logical line. */
export function readHaresources(
  file: string,
  text: string,
  surroundings: Surroundings,
  findings: Findings,
): readonly GroupConfig[] {
  const reader = new GroupReader(surroundings, findings);
  for (const line of logicalLines(file, text, findings)) reader.read(line);
  if (reader.groups.length === 0 && !findings.failed) {
    findings.warning(
      wholeFile(file),
      `there is no resource group: this pair watches each other and serves nothing; ${HARESOURCES_MEND}`,
    );
  }
  return reader.groups;
}

/** Reads groups one by one, and remembers what must not come twice. */
class GroupReader {
  readonly groups: GroupConfig[] = [];
  readonly #keys = new Map<string, Word>();
  readonly #addresses = new Map<string, Word>();
  /** What runs, by the word as written, and the group of each: its number and its key. */
  readonly #services = new Map<string, { word: Word; group: number; key: string }>();
  readonly #surroundings: Surroundings;
  readonly #findings: Findings;

  constructor(surroundings: Surroundings, findings: Findings) {
    this.#surroundings = surroundings;
    this.#findings = findings;
  }

  read(line: LogicalLine): void {
    const [nodeWord, ...words] = splitWords(line.text, PLAIN_WORD, line.placeOf);
    if (!nodeWord) return;
    this.#refuseBackslashes([nodeWord, ...words]);
    const node = nodeWord.text.toLowerCase();
    this.#checkNode(nodeWord);
    const [keyWord] = words;
    if (!keyWord) {
      this.#findings.warning(
        nodeWord,
        `${node} has no resource in this line: write "${node} ADDRESS/PREFIX/INTERFACE", or delete it`,
      );
      return;
    }
    const key = keyWord.text;
    const earlier = this.#keys.get(key);
    if (earlier) {
      this.#findings.error(
        keyWord,
        `line ${earlier.line} begins its group with ${key} too, and a group goes by its first resource: put another one first, ` +
          'or join the two lines',
      );
    }
    this.#keys.set(key, earlier ?? keyWord);
    const resources = words.flatMap((word) => this.#resource(word, key) ?? []);
    this.groups.push({ node, key, resources });
  }

  #checkNode(word: Word): void {
    const { nodes } = this.#surroundings;
    const node = word.text.toLowerCase();
    if (nodes.length === 0 || nodes.includes(node)) return;
    this.#findings.error(
      word,
      `${node} is not a node of ha.cf: a line begins with the node that the group prefers, ${anyOf(nodes)}`,
    );
  }

  #resource(word: Word, key: string): ResourceConfig | undefined {
    const bare = withoutQuotes(word.text);
    if (bare !== undefined) {
      this.#findings.error(word, `${word.text}: ${QUOTES}: write ${bare} without them`);
      return undefined;
    }
    const parsed = parseResource(word.text, this.#surroundings);
    if (parsed instanceof Problem) {
      this.#findings.error(word, parsed.text);
      return undefined;
    }
    const { resource, warning } = parsed;
    if (warning !== undefined) this.#findings.warning(word, warning);
    if (resource.kind === 'address' || resource.kind === 'address6')
      this.#checkAddress(word, resource.address);
    if (resource.kind === 'script' || resource.kind === 'ocf' || resource.kind === 'systemd')
      this.#checkService(word, key);
    if ('device' in resource && resource.device !== undefined)
      this.#checkInterface(word, resource.device, resource.address);
    return resource;
  }

  #checkAddress(word: Word, address: string): void {
    const earlier = this.#addresses.get(address);
    if (earlier) {
      this.#findings.error(
        word,
        `${address} is in line ${earlier.line} already: an address belongs to one group; delete it here or there`,
      );
    }
    this.#addresses.set(address, earlier ?? word);
  }

  #checkInterface(word: Word, device: string, address: string): void {
    if (this.#surroundings.probe.interfaces().includes(device)) return;
    this.#findings.warning(
      word,
      `this machine has no interface ${device} now: ${address} cannot be served until it appears`,
    );
  }

  #checkService(word: Word, key: string): void {
    const shared = this.#services.get(word.text);
    const group = this.groups.length;
    if (shared?.group === group) {
      this.#findings.warning(word, `${word.text} is in this group already: delete it here`);
    } else if (shared && shared.key !== key) {
      this.#findings.warning(
        word,
        `${word.text} is in the group ${shared.key} of line ${shared.word.line} too: when one of them moves it stops for both`,
      );
    }
    this.#services.set(word.text, { word, group, key });
  }

  /** A backslash that joins no lines was meant to. */
  #refuseBackslashes(words: readonly Word[]): void {
    for (const word of words) {
      if (!word.text.endsWith('\\')) continue;
      const end: Place = { ...word, column: word.column + word.text.length - 1 };
      this.#findings.error(
        end,
        'a backslash joins lines only as the very last character: remove the blanks behind it',
      );
    }
  }
}
