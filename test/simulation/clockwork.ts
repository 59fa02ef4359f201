interface Planned {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** Virtual time in milliseconds: things happen when their time has come, in the order in which they were planned. */
export class Clockwork {
  now = 0;
  /** A binary heap: whatever is due first stands first. */
  readonly #planned: Planned[] = [];
  #order = 0;

  plan(at: number, act: () => void): void {
    const entry = { at: Math.max(at, this.now), order: this.#order, act };
    this.#order += 1;
    this.#rise(entry);
  }

  /** Let so much time pass; `until` is asked after each thing that happens and ends the run early. */
  run(duration: number, until: () => boolean = () => false): void {
    const end = this.now + duration;
    for (let next = this.#planned[0]; next && next.at <= end; next = this.#planned[0]) {
      this.#dropFirst();
      this.now = next.at;
      next.act();
      if (until()) return;
    }
    this.now = end;
  }

  #rise(entry: Planned): void {
    const heap = this.#planned;
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (!parent || isDueFirst(parent, entry)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = entry;
  }

  #dropFirst(): void {
    const heap = this.#planned;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      let child = heap[below];
      if (!child) break;
      const right = heap[below + 1];
      if (right && isDueFirst(right, child)) {
        child = right;
        below += 1;
      }
      if (isDueFirst(last, child)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
  }
}

function isDueFirst(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
