/** One `ucast`, `bcast` or `mcast` medium, or one of the first and the last over IPv6 (spec wire.md 9). */
export type UdpOptions = UcastOptions | BcastOptions | McastOptions;

interface CommonOptions {
  /** The network interface that both directions are bound to. */
  readonly device: string;
  /** 1..65535, of both ends. */
  readonly port: number;
  /** Milliseconds between attempts to open what cannot be opened; 1000 unless told. */
  readonly retry?: number;
}

export interface UcastOptions extends CommonOptions {
  readonly kind: 'ucast' | 'ucast6';
  /** The peer's IPv4 address or host name; of `ucast6` its IPv6 address, link-local or not. */
  readonly address: string;
}

export interface BcastOptions extends CommonOptions {
  readonly kind: 'bcast';
}

export interface McastOptions extends CommonOptions {
  readonly kind: 'mcast' | 'mcast6';
  readonly group: string;
  /** 0..255 routers. */
  readonly ttl: number;
  readonly loop: boolean;
}
