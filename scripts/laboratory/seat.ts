/** The two places of a pair; also the node names in ha.cf. */
export type Seat = 'nodea' | 'nodeb';

export const SEATS: readonly Seat[] = ['nodea', 'nodeb'];

export function other(seat: Seat): Seat {
  return seat === 'nodea' ? 'nodeb' : 'nodea';
}

/** One value for each seat. */
export type PerSeat<T> = Record<Seat, T>;

export function perSeat<T>(make: (seat: Seat) => T): PerSeat<T> {
  return { nodea: make('nodea'), nodeb: make('nodeb') };
}
