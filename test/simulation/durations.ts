/** Each class of durations is this much longer than the one before. */
const ratio = 1.05;

/** Many durations in little memory: the median to within 5 %, and the worst. */
export class Durations {
  count = 0;
  /** Milliseconds. */
  worst = 0;
  /** How many durations there are of each class, by its number. */
  readonly classes = new Map<number, number>();

  add(duration: number): void {
    this.count += 1;
    this.worst = Math.max(this.worst, duration);
    const number = Math.round(Math.log(Math.max(1, duration)) / Math.log(ratio));
    this.classes.set(number, (this.classes.get(number) ?? 0) + 1);
  }

  merge(other: Durations): void {
    this.count += other.count;
    this.worst = Math.max(this.worst, other.worst);
    for (const [number, count] of other.classes) {
      this.classes.set(number, (this.classes.get(number) ?? 0) + count);
    }
  }

  /** Milliseconds; 0 where there is none. */
  get median(): number {
    let passed = 0;
    for (const [number, count] of [...this.classes].sort(([a], [b]) => a - b)) {
      passed += count;
      if (2 * passed >= this.count) return Math.min(this.worst, ratio ** number);
    }
    return 0;
  }
}
