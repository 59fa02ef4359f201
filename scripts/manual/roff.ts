import { version } from '../../firmware-agent/version.ts';

/** Text as roff prints it: nothing in it is a request. */
export function plain(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^\./gm, '\\&.');
}

/** What is typed as it stands. */
export function bold(text: string): string {
  return `\\fB${plain(text)}\\fR`;
}

/** What stands for something else. */
export function italic(text: string): string {
  return `\\fI${plain(text)}\\fR`;
}

/** Markdown's \`code\` is bold, a link is its text; the rest is plain. */
export function marked(text: string): string {
  return text
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .split('`')
    .map((part, index) => (index % 2 === 1 ? bold(part) : plain(part)))
    .join('');
}

export function title(name: string, section: number, about: string): string {
  return `.TH ${name.toUpperCase()} ${section} "" "Twinbeat ${version}"\n.SH NAME\n${plain(name)} \\- ${plain(about)}\n`;
}

export function section(name: string, ...parts: readonly string[]): string {
  return `.SH ${name}\n${parts.join('')}`;
}

export function paragraph(text: string): string {
  return `.PP\n${text}\n`;
}

/** A word and, indented below it, what it means. */
export function item(term: string, text: string): string {
  return `.TP\n${term}\n${text}\n`;
}

/** Lines as they are. */
export function example(lines: readonly string[]): string {
  return `.PP\n.nf\n${lines.map(plain).join('\n')}\n.fi\n`;
}
