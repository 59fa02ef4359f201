import { type Directive, parseWord } from './directive.ts';
import { type Parse, Problem } from './values.ts';

interface Assignment {
  readonly name: string;
  readonly value: string;
}

const parseAssignment: Parse<Assignment> = (text) => {
  const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/.exec(text) ?? [];
  return name === undefined ? new Problem('write NAME=VALUE') : { name, value };
};

/** `env NAME=VALUE`: what resource scripts and clients find as HA_NAME in their environment. */
export const envDirective: Directive = {
  name: 'env',
  usage: 'NAME=VALUE',
  form: 'each',
  repeat: 'many',
  take(word, _rest, reading) {
    const assignment = parseWord('env', word, parseAssignment, reading);
    if (assignment) reading.draft.written[assignment.name] = assignment.value;
  },
};
