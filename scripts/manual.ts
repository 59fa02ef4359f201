/** `npm run manual`: the manual pages, the completion and the snippets for logs, in dist/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DIST, shown } from './build/paths.ts';
import { commandPage } from './manual/command-page.ts';
import { commandsToDescribe } from './manual/commands.ts';
import { completion } from './manual/completion.ts';
import { configurationPage } from './manual/configuration-page.ts';
import { logcheckPatterns, logrotateSnippet } from './manual/log-snippets.ts';
import { nameCompletions } from './manual/name-completions.ts';
import { namePages } from './manual/name-pages.ts';

const tree = commandsToDescribe();
const files: Readonly<Record<string, string>> = {
  'man/twinbeat.8': commandPage(tree),
  'man/twinbeat.cf.5': configurationPage(),
  ...namePages(),
  'completion/twinbeat': completion(tree),
  ...nameCompletions(),
  'logrotate/twinbeat': logrotateSnippet(),
  'logcheck/twinbeat': logcheckPatterns(),
};

for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(DIST + name), { recursive: true });
  writeFileSync(DIST + name, text);
  console.log(shown(DIST + name));
}
