import { CROSSOVER_ADDRESS, LAN_ADDRESS, MAC, TTL } from '../laboratory/network.ts';
import type { Seat } from '../laboratory/seat.ts';
import { DISK, INITRD, VMLINUX } from './image.ts';
import { tapOf, type Wire } from './network.ts';

/** Megabytes of memory: with less the executable's pages come and go. */
const MEMORY = 192;

/** What differs from machine to machine. */
export interface MachineWords {
  readonly seat: Seat;
  /** The terminal that is the null modem. */
  readonly port: string;
  /** What the battery clock says, as QEMU takes it. */
  readonly clock: string;
  /** The path of a socket or a log of this machine. */
  readonly file: (name: string) => string;
}

/** The command of a machine, which waits for `cont`. */
export function machineWords({ seat, port, clock, file }: MachineWords): string[] {
  const settings = `node=${seat} lan=${LAN_ADDRESS[seat]} crossover=${CROSSOVER_ADDRESS[seat]} ttl=${TTL[seat]}`;
  return [
    ...'qemu-system-x86_64 -S -accel tcg,thread=multi -M pc -cpu qemu64,+rdrand -display none'.split(' '),
    ...`-nodefaults -no-user-config -m ${MEMORY} -rtc base=${clock}`.split(' '),
    ...['-kernel', VMLINUX, '-initrd', INITRD, '-append', `console=ttyS0 quiet ${settings}`],
    ...['-drive', `if=virtio,format=raw,readonly=on,file=${DISK}`],
    ...['-qmp', `unix:${file('qmp')},server=on,wait=off`],
    ...['-chardev', `file,id=console,path=${file('console')},append=on`],
    ...['-device', 'isa-serial,chardev=console,index=0'],
    ...['-chardev', `serial,id=null-modem,path=${port}`],
    ...['-device', 'isa-serial,chardev=null-modem,index=1'],
    ...card('lan', seat, '01'),
    ...card('crossover', seat, '02'),
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', `socket,id=shell,path=${file('shell')},server=on,wait=off`],
    ...['-device', 'virtconsole,chardev=shell'],
    ...['-chardev', `file,id=log,path=${file('log')},append=on`],
    ...['-device', 'virtconsole,chardev=log'],
    ...['-device', 'i6300esb', '-action', 'watchdog=reset'],
  ];
}

function card(wire: Wire, seat: Seat, number: string): string[] {
  const tap = `tap,id=${wire}-tap,ifname=${tapOf(wire, seat)},script=no,downscript=no`;
  const device = `virtio-net-pci,id=${wire},netdev=${wire}-tap,mac=${MAC[seat]}:${number},romfile=`;
  return ['-netdev', tap, '-device', device];
}
