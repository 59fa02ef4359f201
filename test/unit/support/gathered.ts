import type { LinkListener } from '../../../hw/link.ts';

/** Far longer than anything takes on a busy machine. */
const patience = 8000;

/** A listener that keeps what it hears. */
export class Gathered implements LinkListener {
  text = '';
  readonly faults: (string | null)[] = [];
  #wake: () => void = () => undefined;

  received(bytes: Uint8Array): void {
    this.text += Buffer.from(bytes).toString('latin1');
    this.wake();
  }

  faulted(fault: string | null): void {
    this.faults.push(fault);
    this.wake();
  }

  /** Something happened that a condition may depend on. */
  wake(): void {
    this.#wake();
  }

  /** Waits until the condition holds, looking whenever something happens and now and then besides. */
  async until(holds: () => boolean): Promise<void> {
    const limit = Date.now() + patience;
    while (!holds()) {
      if (Date.now() > limit) {
        throw new Error(
          `waited in vain; heard ${JSON.stringify(this.text)}, faults ${JSON.stringify(this.faults)}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 10);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
