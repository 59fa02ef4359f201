import type { Architecture } from '../build/target.ts';
import { CROSSOVER_ADDRESS, LAN_ADDRESS, MAC, TTL } from '../laboratory/network.ts';
import type { Seat } from '../laboratory/seat.ts';
import { imagesOf } from './image.ts';
import { tapOf, type Wire } from './network.ts';
import { CONSOLE_BAUD } from './settings.ts';

/** Megabytes of memory: with less the executable's pages come and go. */
const MEMORY = 192;

/** What an emulated box of one processor is. Its serial ports: the console, the null modem as ttyS1, the technician's as ttyS2. */
interface Board {
  readonly words: string;
  readonly console: string;
  readonly ports: readonly string[];
}

const BOARDS: Readonly<Record<Architecture, Board>> = {
  x64: {
    words: 'qemu-system-x86_64 -M pc -cpu qemu64,+rdrand',
    console: 'ttyS0',
    ports: [
      ...['-device', 'isa-serial,chardev=console,index=0'],
      ...['-device', 'isa-serial,chardev=null-modem,index=1'],
      // Where a PC has the third one it would share the console's interrupt.
      ...['-device', 'isa-serial,chardev=technician,index=2,irq=5'],
    ],
  },
  arm64: {
    words: 'qemu-system-aarch64 -M virt -cpu cortex-a72',
    console: 'ttyAMA0',
    ports: [
      ...['-serial', 'chardev:console', '-chardev', 'null,id=nobody', '-chardev', 'null,id=nobody-either'],
      '-device',
      'pci-serial-4x,chardev1=nobody,chardev2=null-modem,chardev3=technician,chardev4=nobody-either',
    ],
  },
};

/** What differs from machine to machine. */
export interface MachineWords {
  readonly seat: Seat;
  readonly architecture: Architecture;
  /** The terminals that are its ends of the null modem and of the technician's cable. */
  readonly ports: { readonly serial: string; readonly laptop: string };
  /** What the battery clock says, as QEMU takes it. */
  readonly clock: string;
  /** The path of a socket or a log of this machine. */
  readonly file: (name: string) => string;
}

/** The command of a machine, which waits for `cont`. */
export function machineWords({ seat, architecture, ports, clock, file }: MachineWords): string[] {
  const board = BOARDS[architecture];
  const { kernel, initrd, disk } = imagesOf(architecture);
  const settings = `node=${seat} lan=${LAN_ADDRESS[seat]} crossover=${CROSSOVER_ADDRESS[seat]} ttl=${TTL[seat]} technician=${CONSOLE_BAUD[seat]}`;
  return [
    ...board.words.split(' '),
    ...'-S -accel tcg,thread=multi -display none -nodefaults -no-user-config'.split(' '),
    ...`-m ${MEMORY} -rtc base=${clock}`.split(' '),
    ...['-kernel', kernel, '-initrd', initrd, '-append', `console=${board.console} quiet ${settings}`],
    ...['-drive', `if=virtio,format=raw,readonly=on,file=${disk}`],
    ...['-qmp', `unix:${file('qmp')},server=on,wait=off`],
    ...['-chardev', `${socket('console', file('serial'))},logfile=${file('console')},logappend=on`],
    ...['-chardev', `serial,id=null-modem,path=${ports.serial}`],
    ...['-chardev', `serial,id=technician,path=${ports.laptop}`],
    ...board.ports,
    ...card('lan', seat, '01'),
    ...card('crossover', seat, '02'),
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', socket('shell', file('shell'))],
    ...['-device', 'virtconsole,chardev=shell'],
    ...['-chardev', `file,id=log,path=${file('log')},append=on`],
    ...['-device', 'virtconsole,chardev=log'],
    ...['-device', 'i6300esb', '-action', 'watchdog=reset'],
  ];
}

function socket(id: string, path: string): string {
  return `socket,id=${id},path=${path},server=on,wait=off`;
}

/** The name by which QEMU knows the cable's end of a network card. */
export function backendOf(wire: Wire): string {
  return `${wire}-tap`;
}

function card(wire: Wire, seat: Seat, number: string): string[] {
  const tap = `tap,id=${backendOf(wire)},ifname=${tapOf(wire, seat)},script=no,downscript=no`;
  const device = `virtio-net-pci,id=${wire},netdev=${backendOf(wire)},mac=${MAC[seat]}:${number},romfile=`;
  return ['-netdev', tap, '-device', device];
}
