/** The client itself: ICMP echo to the virtual address, in the namespace of the LAN. Arguments: ADDRESS INTERVAL. */
import { serve } from './helper.ts';
import { openIcmpSocket } from './native.ts';
import { TTL } from './network.ts';
import { Record, type View } from './record.ts';
import { SEATS } from './seat.ts';

export type ClientVerbs = {
  /** Set the milliseconds between two questions. */
  pace(interval: number): void;
  /** What was seen between two moments of the monotonic clock. */
  view(from: number, to: number): View;
};

const ECHO_REQUEST = 8;
const ECHO_REPLY = 0;

const [, , address = '', interval = '10'] = process.argv;
const identifier = process.pid & 0xffff;
const record = new Record();
const socket = openIcmpSocket();
const question = Buffer.alloc(16);

/** The monotonic clock that all processes of the machine share, in milliseconds. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function ask(): void {
  question.fill(0);
  question.writeUInt8(ECHO_REQUEST, 0);
  question.writeUInt16BE(identifier, 4);
  question.writeUInt16BE(record.ask(now()) & 0xffff, 6);
  question.writeUInt16BE(checksum(question), 2);
  // What cannot be sent is a question without an answer: nobody is there.
  socket.send(Buffer.from(question), 0, question.length, address, () => undefined);
}

/** The internet checksum of a message of even length whose checksum field is 0 (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let offset = 0; offset < bytes.length; offset += 2) sum += bytes.readUInt16BE(offset);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

socket.on('message', (packet, source) => {
  const header = ((packet[0] ?? 0) & 0x0f) * 4;
  if (source !== address || packet.length < header + 8 || packet[header] !== ECHO_REPLY) return;
  if (packet.readUInt16BE(header + 4) !== identifier) return;
  const by = SEATS.find((seat) => TTL[seat] === packet[8]) ?? 'unknown';
  record.answer(packet.readUInt16BE(header + 6), now(), by);
});
socket.on('error', (error) => {
  throw error;
});

let timer = setInterval(ask, Number(interval));

serve<ClientVerbs>({
  pace: (milliseconds) => {
    clearInterval(timer);
    timer = setInterval(ask, milliseconds);
  },
  view: (from, to) => record.view(from, to),
});
