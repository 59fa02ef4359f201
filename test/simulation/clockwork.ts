/** Virtual time in milliseconds: things happen when their time has come, in the order in which they were planned. */
export class Clockwork {
  now = 0;
  #planned: { readonly at: number; readonly order: number; readonly act: () => void }[] = [];
  #order = 0;

  plan(at: number, act: () => void): void {
    const entry = { at: Math.max(at, this.now), order: this.#order, act };
    this.#order += 1;
    const later = this.#planned.findIndex((other) => other.at > entry.at);
    if (later < 0) this.#planned.push(entry);
    else this.#planned.splice(later, 0, entry);
  }

  /** Let so much time pass. */
  run(duration: number): void {
    const end = this.now + duration;
    for (let next = this.#planned[0]; next && next.at <= end; next = this.#planned[0]) {
      this.#planned.shift();
      this.now = next.at;
      next.act();
    }
    this.now = end;
  }
}
