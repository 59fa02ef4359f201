import t from 'tap';
import { asText, withText } from '../../scripts/recording/page.ts';

t.test('a session is read without its prompt at the end', async (t) => {
  t.equal(asText('\r\nTwinbeat\r\nnodea> who\r\nours \r\nnodea> '), 'Twinbeat\nnodea> who\nours\n');
  t.throws(() => asText('nodea> stau\b \bt\r\nnodea> '), /no plain text: "nodea> stau\\b"/);
  t.throws(() => asText('nodea> log\r\n50%\rdone\r\nnodea> '), /no plain text/);
});

t.test('a session stands in the marked block alone', async (t) => {
  const page =
    '```\nfirst\n```\n<!-- npm run recording -->\n```\nold\nold\n```\nand $& more\n```\nlast\n```\n';
  t.equal(
    withText(page, "costs $1, $' and $&\n"),
    page.replace('old\nold', () => "costs $1, $' and $&"),
  );
  t.throws(() => withText('```\nold\n```\n', 'new\n'), /no block marked <!-- npm run recording -->/);
  t.throws(() => withText('<!-- npm run recording -->\n```\nold', 'new\n'), /no block marked/);
});
