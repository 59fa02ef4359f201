/** The parts that are used here of packages without types. */

declare module 'raw-socket' {
  export interface RawSocket {
    on(event: 'message', listener: (packet: Buffer, source: string) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    on(event: 'close', listener: () => void): void;
    send(
      packet: Buffer,
      offset: number,
      length: number,
      address: string,
      sent: (error: Error | null) => void,
    ): void;
    setOption(level: number, option: number, value: Buffer, length: number): void;
    close(): void;
  }
  interface RawSocketModule {
    readonly Protocol: { readonly ICMP: number; readonly ICMPv6: number };
    readonly AddressFamily: { readonly IPv4: number; readonly IPv6: number };
    createSocket(options: { protocol: number; addressFamily?: number; bufferSize: number }): RawSocket;
    createChecksum(packet: Buffer): number;
    writeChecksum(packet: Buffer, offset: number, checksum: number): Buffer;
  }
  const raw: RawSocketModule;
  export default raw;
}

declare module 'node-arp' {
  interface NodeArp {
    getMAC(address: string, callback: (failed: boolean, answer: string | number) => void): void;
  }
  const arp: NodeArp;
  export default arp;
}
