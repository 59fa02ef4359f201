import { SerialPortStream } from '@serialport/stream';
import { errorText } from './error.ts';
import { type ModemLines, type ModemWatcher, type PortLines, watchModemLines } from './modem-lines.ts';

/** What drives the port: the native binding of the `serialport` package, or its mock in tests. */
export type SerialBinding = ConstructorParameters<typeof SerialPortStream>[0]['binding'];

export interface SerialPortSettings {
  readonly path: string;
  readonly baud: number;
  /** Hardware flow control from the beginning. */
  readonly rtscts: boolean;
  readonly binding: SerialBinding | undefined;
  /** What watches the modem lines for who wants to hear of them; a thread unless told. */
  readonly watcher?: ModemWatcher | undefined;
}

/** One life of an open port, from its opening until it fails or is closed. */
export interface OpenPort {
  write(bytes: Uint8Array, written: () => void): void;
  /** Drops what waits in the kernel in both directions. */
  flush(): Promise<void>;
  /** Resolves when the line has all that was written; never, perhaps, while nothing leaves. */
  drain(): Promise<void>;
  /** Hardware flow control; what waits in the kernel is dropped when it ends. */
  setFlow(on: boolean): void;
  close(): Promise<void>;
}

interface PortListener {
  received(bytes: Uint8Array): void;
  /** The modem lines as they are now, of a port that has some. */
  changed?(lines: PortLines): void;
  /** Something does not work that the port does without. */
  noted?(text: string): void;
  /** The port stopped working; it is of no use any more. At most once, and not after `close`. */
  failed(error: Error): void;
}

/** Milliseconds that the closing of a port is waited for: a dead adapter takes seconds, and nobody needs the end of it. */
export const closingTime = 1000;

/** `canceled`: the port was closed. Everything else means that the tty is of no use any more. */
type PollError = Error & { readonly canceled?: boolean };

/** Parts of the Linux binding's port, whose poller tells when the tty hangs up, as when a USB adapter is pulled. */
interface LinuxPort {
  readonly fd?: number | null;
  readonly poller?: { once(event: 'disconnect', callback: (error: PollError | null) => void): unknown };
}

/** A stream on an open port. */
export interface OpenStream {
  readonly stream: SerialPortStream;
  /** False once it failed or was closed. */
  readonly isAlive: () => boolean;
  /** Resolves once the descriptor is closed, whoever began with it. */
  close(): Promise<void>;
}

/**
 * Opens a port: 8 data bits, no parity, 1 stop bit, no software flow control, locked against other programs that do
 * the same, its queues flushed. DTR and RTS are on while it is open, and only then. Rejects with an Error that says why not.
 */
export async function openStream(
  settings: Omit<SerialPortSettings, 'watcher'>,
  listener: Pick<PortListener, 'received' | 'failed'>,
): Promise<OpenStream> {
  const { path, baud, rtscts } = settings;
  // The native binding is loaded by the first who needs it: a box without serial cable has no use for it.
  const binding = settings.binding ?? (await import('serialport')).SerialPort.binding;
  const stream = new SerialPortStream({ binding, path, baudRate: baud, rtscts, autoOpen: false });
  let alive = true;
  let closed: Promise<void> | null = null;
  const close = () => {
    alive = false;
    closed ??= closeStream(stream);
    return closed;
  };
  const fail = (error: Error | null) => {
    if (!alive) return;
    alive = false;
    listener.failed(error ?? new Error('closed'));
    void close();
  };
  stream.on('error', fail);
  stream.on('close', fail);
  stream.on('data', (bytes: Uint8Array) => {
    if (alive) listener.received(bytes);
  });
  await settled((done) => stream.open(done));
  // A tty that hung up reads as empty for ever, and the binding would read on and on.
  const port = stream.port as LinuxPort | undefined;
  port?.poller?.once('disconnect', (error) => {
    if (!error?.canceled) fail(new Error('hung up'));
  });
  try {
    await settled((done) => stream.flush(done));
    if (!alive) throw new Error('closed while it was opened');
  } catch (error) {
    await close();
    throw error;
  }
  return { stream, isAlive: () => alive, close };
}

/** As {@link openStream}, with the modem lines watched where the listener wants them. */
export async function openPort(settings: SerialPortSettings, listener: PortListener): Promise<OpenPort> {
  let modem: ModemLines | null = null;
  const { stream, isAlive, close } = await openStream(settings, {
    received: (bytes) => listener.received(bytes),
    failed: (error) => {
      listener.failed(error);
      void modem?.close();
    },
  });
  const port = stream.port as LinuxPort | undefined;
  if (listener.changed && typeof port?.fd === 'number') {
    try {
      modem = (settings.watcher ?? watchModemLines)(port.fd, (lines) => {
        if (isAlive()) listener.changed?.(lines);
      });
    } catch (error) {
      listener.noted?.(`its modem lines are not watched: ${errorText(error)}`);
    }
  }
  return {
    write: (bytes, written) => {
      stream.write(bytes, (error) => {
        if (!error) written();
      });
    },
    flush: () => settled((done) => stream.flush(done)),
    drain: () => settled((done) => stream.drain(done)),
    setFlow: (on) => modem?.setFlow(on),
    close: async () => {
      await Promise.all([modem?.close(), close()]);
    },
  };
}

/** Why a port does not work, for its owner to read. */
export function portFault(path: string, error: unknown): string {
  // The native binding's own messages begin with the word.
  return `${path}: ${errorText(error).replace(/^Error:? /, '')}`;
}

/** Of a call that ends with a callback. */
export function settled(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}

/** Resolves once the descriptor is closed, or was before. */
function closeStream(stream: SerialPortStream): Promise<void> {
  return new Promise((resolve) => {
    if (!stream.closing) {
      stream.close(() => resolve());
      return;
    }
    // It closes itself when it fails. What a stream says of its own end comes earlier than that of its descriptor.
    const look = () => {
      if (!stream.closing) resolve();
    };
    stream.on('close', look);
    stream.on('error', look);
  });
}
