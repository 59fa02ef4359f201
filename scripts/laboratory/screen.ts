import type { EventReport, LinkReport, StatusReport } from '../../firmware-agent/console/report.ts';
import { printable } from '../../firmware-agent/console/text.ts';
import { type Display, eventLine, resultLine } from './display.ts';
import { VIRTUAL_ADDRESS } from './network.ts';
import { type Sighting, served } from './observer.ts';
import { SEATS, type Seat } from './seat.ts';
import type { PairSettings } from './settings.ts';
import { inWords, type StepResult } from './verdict.ts';

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[2J';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_REST = '\x1b[J';

const WIDTH = 80;
const HEIGHT = 24;
const LABEL = 10;
const COLUMN = 34;
/** Events remembered for the screen; more than fit on any. */
const EVENTS = 100;

/** The live screen: drawn again at each look, in 80 columns and 24 lines or what there is more. */
export class LiveScreen implements Display {
  readonly #out: NodeJS.WriteStream;
  readonly #settings: PairSettings;
  readonly #began = performance.now();
  #step = 'laying the cables';
  #happened: string[] = [];
  #open = true;

  constructor(out: NodeJS.WriteStream, settings: PairSettings) {
    this.#out = out;
    this.#settings = settings;
    out.write(ENTER);
  }

  step(number: number, total: number, title: string, expected: string): void {
    this.#step = `${number}/${total} ${title}: ${expected}`;
    this.#note(`-- ${this.#step}`);
  }

  result(result: StepResult): void {
    this.#note(`   ${resultLine(result)}`);
  }

  event(seat: Seat, event: EventReport): void {
    this.#note(eventLine(seat, event));
  }

  sighted(sighting: Sighting): void {
    if (!this.#open) return;
    const width = this.#out.columns || WIDTH;
    const height = (this.#out.rows || HEIGHT) - 1;
    const head = this.#head(sighting);
    const lines = [...head, ...this.#happened.slice(-(height - head.length))];
    this.#out.write(
      HOME + lines.map((line) => `${printable(line).slice(0, width)}${CLEAR_LINE}\r\n`).join('') + CLEAR_REST,
    );
  }

  close(): void {
    if (this.#open) this.#out.write(LEAVE);
    this.#open = false;
  }

  #note(line: string): void {
    this.#happened = [...this.#happened, line].slice(-EVENTS);
  }

  #head(sighting: Sighting): string[] {
    const { keepalive, deadtime } = this.#settings;
    const elapsed = inWords(performance.now() - this.#began);
    const { nodea, nodeb } = sighting.reports;
    const both = (show: (report: StatusReport, seat: Seat) => string): string[] =>
      SEATS.map((seat) => {
        const report = sighting.reports[seat];
        return report === null ? '' : show(report, seat);
      });
    const links = [...new Set([nodea, nodeb].flatMap((report) => report?.links.map(label) ?? []))];
    return [
      `Twinbeat pair   keepalive ${inWords(keepalive)}   deadtime ${inWords(deadtime)}   ${elapsed}`,
      `Step ${this.#step}`,
      '',
      row(
        '',
        SEATS.map((seat) => `${seat.toUpperCase()} ${condition(sighting, seat)}`),
      ),
      row(
        'status',
        both(({ status, generation }) => `${status}, generation ${generation}`),
      ),
      row(
        'serves',
        both((report) => (served(report).length > 0 ? VIRTUAL_ADDRESS : 'nothing')),
      ),
      row(
        'peer',
        both(({ peer }) => `${peer.status}, heartbeat ${age(peer.lastHeartbeat)}`),
      ),
      ...links.map((name) =>
        row(
          name,
          both((report) => linkState(report.links.find((link) => label(link) === name))),
        ),
      ),
      row('client', [strip(sighting)]),
      '-'.repeat(WIDTH),
    ];
  }
}

function row(label: string, columns: readonly string[]): string {
  return `${label.slice(0, LABEL - 1).padEnd(LABEL)}${columns.map((text) => text.padEnd(COLUMN)).join(' ')}`.trimEnd();
}

/** Status in the words of a screen, also for the prompt's verb. */
export function statusLines(sighting: Sighting): string[] {
  return [
    ...SEATS.flatMap((seat) => {
      const report = sighting.reports[seat];
      const lines = [`${seat}: ${condition(sighting, seat)}`];
      if (report === null) return lines;
      const serves = served(report).map((group) => group.key);
      lines.push(`  ${report.status}, holds ${report.holds}, serves ${serves.join(', ') || 'nothing'}`);
      lines.push(`  peer ${report.peer.status}, heartbeat ${age(report.peer.lastHeartbeat)}`);
      return [...lines, ...report.links.map((link) => `  ${link.name} ${linkState(link)}`)];
    }),
    `client: ${strip(sighting)}`,
  ];
}

function condition({ powered, reports }: Sighting, seat: Seat): string {
  if (!powered[seat]) return '(no power)';
  return reports[seat] === null ? '(no agent answers)' : '';
}

/** The two ends of the serial cable have different names and belong on one line. */
function label(link: LinkReport): string {
  return link.medium === 'serial' ? 'serial' : link.name;
}

function linkState(link: LinkReport | undefined): string {
  if (link === undefined) return '';
  return `${link.state}, heard ${age(link.lastHeard)}${link.fault === null ? '' : `, ${link.fault}`}`;
}

function age(milliseconds: number | null): string {
  return milliseconds === null ? 'never' : `${inWords(milliseconds)} ago`;
}

/** The client's last seconds: `a` and `b` for the node that answered, a dot where nobody did. */
function strip({ strip }: Sighting): string {
  const letters = { nodea: 'a', nodeb: 'b', unknown: '?' };
  return strip.map((seat) => (seat === null ? '.' : letters[seat])).join('');
}
