import { addParameter, resourceLine } from './parameters.ts';
import { removed, type Secrets } from './secrets.ts';

/** The files of the configuration directory that are packed. */
export const configurationFiles = ['ha.cf', 'authkeys', 'haresources', 'twinbeat.cf', 'nodeinfo'] as const;

/** A file of the configuration as others may see it; what was taken out is known to `secrets` afterwards. */
export function withoutSecrets(name: string, text: string, secrets: Secrets): string {
  const clean = cleaners[name] ?? directiveLine;
  return text
    .split('\n')
    .map((line) => clean(line, secrets))
    .join('\n');
}

type Clean = (line: string, secrets: Secrets) => string;

const cleaners: Readonly<Record<string, Clean>> = {
  authkeys: keyLine,
  haresources: (line, secrets) => resourceLine(secrets.take(line), secrets),
};

function directiveLine(line: string, secrets: Secrets): string {
  for (const name of /^\s*node[\s,]+([^#]*)/.exec(line)?.[1]?.split(/[\s,]+/) ?? []) secrets.keep(name);
  return secrets.take(environmentLine(commandLine(line, secrets), secrets));
}

/** Words of this length in a line that nobody understands may be a key. */
const longWord = 8;

/** Of a key line the number and the method are left; a comment may be an old key. */
function keyLine(line: string, secrets: Secrets): string {
  const isComment = line.trimStart().startsWith('#');
  const [first = '', second = '', ...rest] = line.replace(/^[\s#]+/, '').split(/\s+/);
  if (first === '') return '';
  const isKey = /^\d+$/.test(first) && /^(crc|md5|sha1|sha256)$/.test(second);
  const isAuth = first === 'auth' && /^\d+$/.test(second);
  const doubtful = isKey || isAuth ? rest : [first, second, ...rest];
  if (isKey || !isComment)
    for (const word of doubtful) if (isKey || word.length >= longWord) secrets.add(word);
  if (isComment) return `# ${removed}`;
  if (!isKey && !isAuth) return removed;
  return [first, second, ...(rest.some((word) => word !== '') ? [removed] : [])].join(' ');
}

/** How many words behind a directive tell what it runs, and are no parameters of that. */
const namingWords: Readonly<Record<string, number>> = {
  stonith_host: 2,
  alarm: 1,
  respawn: 2,
  failfast: 2,
  'fence agent': 2,
  'fence command': 2,
};

const withParameters =
  /^(?<comment>[\s#]*)(?<name>stonith_host|alarm|respawn|failfast|fence(?= ))(?<rest>[\s,].*)$/;

/** Parameters of devices and programs may hold a password anywhere. */
function commandLine(line: string, secrets: Secrets): string {
  const {
    comment = '',
    name = '',
    rest = '',
  } = withParameters.exec(line.replaceAll('\t', ' '))?.groups ?? {};
  if (name === '') return line;
  const words = rest.trim().split(/[\s,]+/);
  const count = namingWords[name] ?? namingWords[`${name} ${words[0]}`] ?? 1;
  // A program is a path or a plain name; `TOKEN=x program` is none.
  const told = words.slice(0, count).map((word) => (/^[\w./*:-]+$/.test(word) ? word : removed));
  const parameters = words.slice(count).filter((word) => !word.startsWith('#'));
  for (const word of parameters) addParameter(word, secrets);
  const names = parameters.map((word) => /^[\w-]+=/.exec(word)?.[0] ?? '').map((each) => each + removed);
  return [`${comment}${name}`, ...told, ...names].join(' ');
}

/** What scripts find in their environment may be anything. */
function environmentLine(line: string, secrets: Secrets): string {
  const [, name, rest = ''] = /^([\s#]*env[\s,]+)(.*)$/.exec(line) ?? [];
  if (name === undefined) return line;
  const isComment = name.includes('#');
  const words = rest.split(/[\s,]+/).map((word) => {
    const variable = /^[^=]+=/.exec(word)?.[0];
    if (word === '' || word.startsWith('#') || (isComment && variable === undefined)) return word;
    addParameter(word, secrets);
    return `${variable ?? ''}${removed}`;
  });
  return name + words.join(' ');
}
