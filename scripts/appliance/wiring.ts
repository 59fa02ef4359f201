import { other, SEATS, type Seat } from '../laboratory/seat.ts';
import type { LineInput, LineOutput } from './modem-lines.ts';

/** By which a serial port speaks, and by which it hears. */
export type OutputPin = 'TXD' | LineOutput;
export type InputPin = 'RXD' | LineInput;

/** An output pin of one end, joined to an input pin of an end. */
export interface Wire {
  readonly from: readonly [Seat, OutputPin];
  readonly to: readonly [Seat, InputPin];
}

/** A cable, or a plug. What is not in it is open. */
export type Wiring = readonly Wire[];

/** Both ways the same. */
function crossed(pins: readonly (readonly [OutputPin, InputPin])[]): Wiring {
  return SEATS.flatMap((seat) =>
    pins.map(([output, input]): Wire => ({ from: [seat, output], to: [other(seat), input] })),
  );
}

const DATA = [['TXD', 'RXD']] as const;
const CONTROL = [
  ['RTS', 'CTS'],
  ['DTR', 'DSR'],
  ['DTR', 'DCD'],
] as const;

export const NULL_MODEM = crossed([...DATA, ...CONTROL]);
export const THREE_WIRES = crossed(DATA);
/** Pin to the same pin: of two computers outputs meet outputs, and nothing drives an input. */
export const STRAIGHT_THROUGH: Wiring = [];
export const UNPLUGGED: Wiring = [];
/** Without the return path for data; the lines, which do not change, find one among themselves. */
export const WITHOUT_GROUND = crossed(CONTROL);

/** In a port's own plug. */
export function loopback(seat: Seat): Wiring {
  return [...DATA, ...CONTROL].map(([output, input]) => ({ from: [seat, output], to: [seat, input] }));
}

/** A null modem with one pin of one end open. */
export function withoutPin(seat: Seat, pin: OutputPin | InputPin): Wiring {
  return NULL_MODEM.filter(({ from, to }) => ![from, to].some(([end, name]) => end === seat && name === pin));
}
