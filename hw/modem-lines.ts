import { binding } from './binding.ts';

/** What the other end drives, as this end hears it, and what the port itself is set to. */
export interface PortLines {
  readonly dsr: boolean;
  readonly dcd: boolean;
  readonly cts: boolean;
  /** Hardware flow control is in force. */
  readonly flow: boolean;
}

export interface ModemLines {
  /** Flow control from now on; the port's answer is in its next lines. What waits unsent is dropped when it is let go. */
  setFlow(on: boolean): void;
  /** Resolves when nothing holds the port any more; with a USB adapter that does not answer that takes seconds. */
  close(): Promise<void>;
}

/** Watches the lines of an open tty; silent for ever where it has none. */
export type ModemWatcher = (fd: number, changed: (lines: PortLines) => void) => ModemLines;

/** As in TIOCMGET. */
const CTS = 0x20;
const DCD = 0x40;
const DSR = 0x100;

/**
 * Milliseconds between two looks that nothing asked for: a change between a look and the wait for the next one goes
 * unseen, and some drivers cannot wait at all.
 */
const lookAgain = 1000;
/** The same for a thread that is to end. */
const endAgain = 20;

export const watchModemLines: ModemWatcher = (fd, changed) => {
  const native = binding();
  const { handle, fd: news } = native.modemStart(fd);
  const ended = Promise.withResolvers<void>();
  let closing = false;
  let timer = setInterval(() => native.modemWake(handle, 0), lookAgain);
  const watch = native.watch(news, () => {
    const { lines, flow, over } = native.modemNews(handle);
    if (over) {
      clearInterval(timer);
      native.unwatch(watch);
      native.modemFree(handle);
      closing = true;
      ended.resolve();
    } else if (lines >= 0 && !closing) {
      const is = (line: number) => (lines & line) !== 0;
      changed({ dsr: is(DSR), dcd: is(DCD), cts: is(CTS), flow });
    }
  });
  return {
    setFlow(on) {
      if (!closing) native.modemWake(handle, on ? 2 : 1);
    },
    close() {
      if (!closing) {
        closing = true;
        native.modemWake(handle, 3);
        clearInterval(timer);
        timer = setInterval(() => native.modemWake(handle, 3), endAgain);
      }
      return ended.promise;
    },
  };
};
