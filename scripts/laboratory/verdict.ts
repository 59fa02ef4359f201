/** What became of one step of the scenario. Times in milliseconds. */
export interface StepResult {
  readonly title: string;
  readonly expected: string;
  /** The client's longest time without an answer; null: the step is not about it. */
  readonly outage: number | null;
  /** What went otherwise than it should; empty: nothing. */
  readonly problems: readonly string[];
  /** That the outage was too long, in words; null: it was not. */
  readonly overrun: string | null;
}

/** All that is wrong with a step; empty: it is good. */
export function faults({ problems, overrun }: StepResult): readonly string[] {
  return overrun === null ? problems : [...problems, overrun];
}

/** A time for people: `5.42 s`, `8 ms`. */
export function inWords(milliseconds: number): string {
  return milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(2)} s` : `${Math.round(milliseconds)} ms`;
}

const WIDTHS = { title: 24, expected: 37, outage: 8 };

function row(title: string, expected: string, outage: string, verdict: string): string {
  const { title: one, expected: two, outage: three } = WIDTHS;
  return `${title.padEnd(one)} ${expected.padEnd(two)} ${outage.padStart(three)}  ${verdict}`;
}

/** The table at the end: step, what was expected, outage, verdict; each problem on a line of its own. */
export function table(results: readonly StepResult[]): string[] {
  const lines = [row('step', 'expected', 'outage', 'verdict'), '-'.repeat(80)];
  for (const result of results) {
    const { title, expected, outage } = result;
    const wrong = faults(result);
    const measured = outage === null ? '-' : inWords(outage);
    lines.push(row(title, expected, measured, wrong.length === 0 ? 'good' : 'WRONG'));
    for (const fault of wrong) lines.push(`  ! ${fault}`);
  }
  return lines;
}
