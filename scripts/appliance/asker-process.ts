/**
 * Asks the LAN by ARP who has the virtual address, and hears every answer: a client that sends to one box only would not
 * notice a second one. Runs in the LAN's namespace. Arguments: DEVICE ADDRESS OWN-ADDRESS OWN-MAC PACE.
 */
import { readSync, writeSync } from 'node:fs';
import { binding } from '../../hw/binding.ts';
import { serve } from '../laboratory/helper.ts';
import { loadFrames } from '../laboratory/native.ts';
import { MAC } from '../laboratory/network.ts';
import { SEATS, type Seat } from '../laboratory/seat.ts';
import { Answers, type Claims } from './answers.ts';

export type AskerVerbs = {
  /** What was heard between two moments of the monotonic clock. */
  view(from: number, to: number): Claims;
};

const ARP = 0x0806;
const REQUEST = 1;
const BROADCAST = 'ff:ff:ff:ff:ff:ff';
const [, , device = '', address = '', own = '', mac = '', pace = '20'] = process.argv;

const answers = new Answers(Number(pace));
const fd = loadFrames().openFrames(device);

function octets(text: string): number[] {
  return text.includes(':')
    ? text.split(':').map((part) => Number.parseInt(part, 16))
    : text.split('.').map(Number);
}

const question = Buffer.from([
  ...[...octets(BROADCAST), ...octets(mac), ARP >> 8, ARP & 0xff],
  ...[0, 1, 8, 0, 6, 4, 0, REQUEST, ...octets(mac), ...octets(own), 0, 0, 0, 0, 0, 0, ...octets(address)],
]);
const wanted = Buffer.from(octets(address));
const boxes: readonly (readonly [Buffer, Seat])[] = SEATS.map((seat) => [
  Buffer.from(octets(`${MAC[seat]}:01`)),
  seat,
]);

function hear(frame: Buffer): void {
  if (frame.length < 42 || frame.readUInt16BE(12) !== ARP || !frame.subarray(28, 32).equals(wanted)) return;
  const seat = boxes.find(([sender]) => frame.subarray(22, 28).equals(sender))?.[1];
  if (seat === undefined) return;
  const now = Number(process.hrtime.bigint()) / 1e6;
  const toUs = frame.subarray(0, 6).equals(Buffer.from(octets(mac)));
  if (toUs) answers.answered(seat, now);
  else answers.announced(seat, now);
}

/** What a call moved; 0 where nothing waits or there is no room: a question is lost then, as on any LAN. */
function moved(work: () => number): number {
  try {
    return work();
  } catch (error) {
    if (['EAGAIN', 'ENOBUFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

const buffer = Buffer.alloc(2048);
binding().watch(fd, () =>
  hear(
    buffer.subarray(
      0,
      moved(() => readSync(fd, buffer)),
    ),
  ),
);
setInterval(() => moved(() => writeSync(fd, question)), Number(pace));
serve<AskerVerbs>({ view: (from, to) => answers.view(from, to) });
