import type { StatusReport } from './report.ts';

/** Tells from one report to the next whether somebody should look up. */
export class NewAlarms {
  #known: ReadonlySet<string> | null = null;

  /** True where a crit alarm stands that did not before. The first report has none that is new: it is being read. */
  appeared({ alarms }: StatusReport): boolean {
    const known = this.#known;
    const now = alarms.filter(({ level }) => level === 'crit').map(({ kind, text }) => `${kind} ${text}`);
    this.#known = new Set(now);
    return known !== null && now.some((alarm) => !known.has(alarm));
  }
}
