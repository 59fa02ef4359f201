import { type DirectiveFile, grammars } from './grammars.ts';
import type { Word } from './source.ts';
import { didYouMean, suggest } from './suggest.ts';

/** What is wrong with a word that stands where a directive of `file` should, and what was probably meant. */
export function unknownText(file: DirectiveFile, name: string, options: readonly Word[]): string {
  const { directives } = grammars[file];
  if (name === 'include') return `${file} has no include: write what the other file says in its place`;
  if (/[^\x21-\x7e]/.test(name)) {
    return `"${name}" has a character that is not plain ASCII, as pasted text often has: type the line again`;
  }
  const assignment = /^([\w-]+)[=:](.*)$/.exec(name);
  if (assignment?.[1] !== undefined && directives.has(assignment[1])) {
    const value = assignment[2] || (options[0]?.text ?? directives.get(assignment[1])?.usage);
    return `"${name}": a blank goes between a directive and its value: write "${assignment[1]} ${value}"`;
  }
  const lower = name.toLowerCase();
  if (directives.has(lower)) return `"${name}": directives are written in lower case: write "${lower}"`;
  const elsewhere = otherFile(file);
  if (grammars[elsewhere].directives.has(lower)) return strayText(lower, elsewhere);
  const meant = suggest(name, directives.keys());
  return meant === undefined
    ? `there is no directive "${name}": delete the line, or put "#" before it`
    : `there is no directive "${name}"${didYouMean(name, directives.keys())}`;
}

function otherFile(file: DirectiveFile): DirectiveFile {
  return file === 'ha.cf' ? 'twinbeat.cf' : 'ha.cf';
}

/** ha.cf stays what Heartbeat accepts, so that there is a way back. */
function strayText(name: string, home: DirectiveFile): string {
  const why = home === 'ha.cf' ? '' : ', since Heartbeat would refuse it here';
  return `${name} belongs in ${home}${why}: move the line there`;
}
