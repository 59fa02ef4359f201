import { haCfRows } from './ha-cf.ts';
import { bold, example, italic, item, marked, paragraph, section, title } from './roff.ts';
import { twinbeatRows } from './twinbeat-table.ts';

/** That the last line counts is the rule. */
const repeats = { many: ' May be repeated.', last: '', once: ' A second one is an error.' } as const;

/** twinbeat.cf(5), with what becomes of every directive of ha.cf, from the tables of both. */
export function configurationPage(): string {
  const rows = haCfRows();
  const haCf = (isIdle: boolean) =>
    rows
      .filter((row) => row.isIdle === isIdle)
      .map(({ directive: { name, usage, repeat }, text }) =>
        item(`${bold(name)} ${italic(usage)}`, marked(sentence(text) + repeats[repeat])),
      );
  return [
    title('twinbeat.cf', 5, 'configuration of twinbeat, and what it makes of ha.cf'),
    section('DESCRIPTION', paragraph(marked(files)), paragraph(marked(grammar))),
    section(
      'TWINBEAT.CF',
      ...twinbeatRows().map(({ usages, otherwise, text }) =>
        item(
          usages.map(bold).join('\n.br\n.ns\n.TP\n'),
          `${marked(text)} ${marked(`Default: ${otherwise}.`)}`,
        ),
      ),
      example([
        'take-after 10m',
        'takeover   delay 5m',
        'alarm      /usr/local/sbin/page-the-operator',
        'fence      manual',
      ]),
    ),
    section('HA.CF', paragraph(marked(differences)), ...haCf(false)),
    section('HA.CF, WITHOUT EFFECT', paragraph(marked(idle)), ...haCf(true)),
    section('HARESOURCES AND AUTHKEYS', paragraph(marked(others))),
    section('SEE ALSO', paragraph(`${bold('twinbeat')}(8)`)),
  ].join('');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

const files =
  'The files `ha.cf`, `authkeys` and `haresources` in /etc/ha.d stay what Linux-HA Heartbeat accepts, so that there is a way back. ' +
  'What Heartbeat never had is in `twinbeat.cf` beside them. `twinbeat check` says what is wrong with them, with the mend, and ' +
  '`twinbeat check --explain` what they mean.';

const grammar =
  'A line is a directive and its values; `#` ends the line anywhere; there is no quoting and no continuation. In twinbeat.cf a time ' +
  'is seconds (`90`, `1.5`) or has a unit: `500ms`, `90s`, `5m`, `1h`. In ha.cf only `ms` and `us` are units. twinbeat.cf and every ' +
  'line of it are optional. Where a directive stands twice the last line counts, unless said otherwise.';

const differences =
  'As in Heartbeat 3.0.6, but that every mistake is told with its place, that the order of the lines does not matter, and that ' +
  'exactly two nodes are allowed.';

const idle = 'These are read and checked; what is said of them:';

const others =
  'As in Heartbeat. haresources is to be the same on both nodes. Besides crc, md5 and sha1, authkeys may name sha256 where both ' +
  'nodes run Twinbeat.';
