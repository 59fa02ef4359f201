import { twinbeatDirectives } from './defences.ts';
import type { Directive } from './directive.ts';
import { directives } from './directives.ts';
import { parseLongTime, parseTime } from './time.ts';
import type { Parse } from './values.ts';

/** The files that are made of directives. */
export type DirectiveFile = 'ha.cf' | 'twinbeat.cf';

/** What one of them may say. */
export interface Grammar {
  readonly directives: ReadonlyMap<string, Directive>;
  readonly parseTime: Parse<number>;
}

export const grammars: Readonly<Record<DirectiveFile, Grammar>> = {
  'ha.cf': { directives, parseTime },
  'twinbeat.cf': { directives: twinbeatDirectives, parseTime: parseLongTime },
};
