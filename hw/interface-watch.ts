import { closeSync } from 'node:fs';
import { binding, type InterfaceNews, type NetworkInterface, type WatchHandle } from './binding.ts';
import { monotonic } from './clock.ts';
import { listInterfaces } from './netlink.ts';

/** Who has to do with the interface of one name. Callbacks come from the event loop, never from inside a call. */
export interface InterfaceListener {
  /** The interface changed, or another one has its name, or none; told at the beginning, too. */
  changed(): void;
  /** Its IPv4 addresses may be others. */
  addressed(): void;
  /** Why nothing is heard of interfaces now; the next `changed` ends that. */
  deaf(error: unknown): void;
}

export interface InterfaceWatch {
  /** The interface of that name, as it was last heard of; null: there is none. */
  readonly now: NetworkInterface | null;
  close(): void;
}

/** Of who only looks again. */
export interface DeviceWatch {
  /** Of the interface that has the name now; null: none that is known. */
  readonly index: number | null;
  close(): void;
}

interface Watch {
  readonly device: string;
  readonly listener: InterfaceListener;
}

/** Milliseconds at least between two times that all interfaces are asked for. */
const askDistance = 1000;

/**
 * Watches the interface of a name, whichever that is: one that is renamed has another, and one that comes late, or again,
 * has it from then on. The kernel's news reach all watches of the process through one socket, which goes with the last
 * of them. The kernel itself may hold the news of a lost carrier back for a second after those of another.
 */
export function watchInterface(device: string, listener: InterfaceListener): InterfaceWatch {
  const watch = { device, listener };
  news.add(watch);
  return {
    get now() {
      return news.find(device);
    },
    close: () => news.remove(watch),
  };
}

/** The same for who only looks again: calls back whenever the interface of that name, or what addresses it has, may be another. */
export function watchDevice(device: string, changed: () => void): DeviceWatch {
  // What is not heard of is looked at, too.
  const watch = watchInterface(device, { changed, addressed: changed, deaf: changed });
  return {
    get index() {
      return watch.now?.index ?? null;
    },
    close: () => watch.close(),
  };
}

class News {
  readonly #watches = new Set<Watch>();
  #interfaces = new Map<number, NetworkInterface>();
  #fd: number | null = null;
  #handle: WatchHandle | null = null;
  #failure: unknown = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  add(watch: Watch): void {
    this.#watches.add(watch);
    if (this.#watches.size === 1) this.#start();
    setImmediate(() => {
      if (this.#watches.has(watch)) this.#tell(watch);
    });
  }

  remove(watch: Watch): void {
    if (!this.#watches.delete(watch) || this.#watches.size > 0) return;
    clearTimeout(this.#timer);
    this.#stop();
  }

  find(device: string): NetworkInterface | null {
    return [...this.#interfaces.values()].find(({ name }) => name === device) ?? null;
  }

  #start(): void {
    this.#askedAt = monotonic();
    this.#failure = null;
    try {
      const { interfaceNewsOpen, watch } = binding();
      const fd = interfaceNewsOpen();
      this.#fd = fd;
      this.#handle = watch(fd, () => this.#read(fd));
      // Asked when the socket hears already: nothing falls in between.
      this.#interfaces = new Map(listInterfaces().map((entry) => [entry.index, entry]));
    } catch (error) {
      this.#failure = error;
      this.#stop();
      this.#startLater();
    }
  }

  #stop(): void {
    if (this.#handle !== null) binding().unwatch(this.#handle);
    if (this.#fd !== null) closeSync(this.#fd);
    this.#handle = null;
    this.#fd = null;
  }

  #startLater(): void {
    const wait = Math.max(0, this.#askedAt + askDistance - monotonic());
    this.#timer = setTimeout(() => {
      this.#start();
      for (const watch of this.#watches) this.#tell(watch);
    }, wait);
  }

  #tell({ listener }: Watch): void {
    if (this.#failure !== null) {
      listener.deaf(this.#failure);
      return;
    }
    listener.changed();
    listener.addressed();
  }

  #read(fd: number): void {
    let read: InterfaceNews[];
    try {
      read = binding().interfaceNewsRead(fd);
    } catch {
      // Too much happened at once, and some of it is lost: what holds now is asked for.
      this.#stop();
      this.#startLater();
      return;
    }
    const addressed = new Set<number>();
    for (const entry of read) {
      if (entry.kind === 'addresses') addressed.add(entry.index);
      else this.#take(entry);
    }
    if (addressed.size === 0) return;
    for (const { device, listener } of this.#watches)
      if (addressed.has(this.find(device)?.index ?? 0)) listener.addressed();
  }

  /** One after the other: an interface that went and came again under its old index was gone. */
  #take(entry: Exclude<InterfaceNews, { kind: 'addresses' }>): void {
    const names = [this.#interfaces.get(entry.index)?.name];
    if (entry.kind === 'here') {
      const { kind: _, ...present } = entry;
      this.#interfaces.set(entry.index, present);
      names.push(present.name);
    } else this.#interfaces.delete(entry.index);
    for (const { device, listener } of this.#watches) if (names.includes(device)) listener.changed();
  }
}

const news = new News();
