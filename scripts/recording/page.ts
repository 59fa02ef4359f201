/** What stands before the fenced block that the recording is put into. */
const MARK = '<!-- npm run recording -->\n```\n';
const END = '```\n';

/** A session as it is read: its lines, without the prompt that waits at the end. */
export function asText(received: string): string {
  const lines = received.replaceAll('\r\n', '\n').trimStart().split('\n').slice(0, -1);
  const text = lines.map((line) => `${line.trimEnd()}\n`).join('');
  const odd = /[^\n\x20-\x7e]/.exec(text);
  if (odd !== null) throw new Error(`no plain text: ${JSON.stringify(text.slice(0, odd.index + 1))}`);
  return text;
}

/** The page with this text in its marked block instead of what was there. */
export function withText(page: string, text: string): string {
  const from = page.indexOf(MARK) + MARK.length;
  const to = page.indexOf(END, from);
  if (from < MARK.length || to < 0) throw new Error(`there is no block marked ${MARK.trim()}`);
  return page.slice(0, from) + text + page.slice(to);
}
