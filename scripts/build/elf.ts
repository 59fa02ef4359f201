import { closeSync, openSync, readSync } from 'node:fs';

/** What a binary is made for. */
export interface Elf {
  /** The processor, as the number of an ELF header. */
  readonly machine: number;
  /** The program that loads it and its libraries; null: it is linked statically. */
  readonly interpreter: string | null;
}

/** How ELF files of 64 bits, little-endian, begin: those of all processors that executables are built for. */
const BEGINNING = Buffer.from('\x7fELF\x02\x01', 'latin1');
const HEADER = 64;
/** A program header: its size, and the type of the one that names the interpreter. */
const ENTRY = 56;
const INTERPRETER = 3;

/** Null: it is no such file. */
export function readElf(path: string): Elf | null {
  const fd = openSync(path, 'r');
  const read = (length: number, position: number): Buffer => {
    const bytes = Buffer.alloc(length);
    readSync(fd, bytes, 0, length, position);
    return bytes;
  };
  try {
    const header = read(HEADER, 0);
    if (!header.subarray(0, BEGINNING.length).equals(BEGINNING)) return null;
    const table = read(ENTRY * header.readUInt16LE(56), Number(header.readBigUInt64LE(32)));
    let interpreter: string | null = null;
    for (let at = 0; at < table.length; at += ENTRY) {
      if (table.readUInt32LE(at) !== INTERPRETER) continue;
      const length = Number(table.readBigUInt64LE(at + 32));
      interpreter = read(length, Number(table.readBigUInt64LE(at + 8)))
        .toString('latin1')
        .replace(/\0.*/s, '');
    }
    return { machine: header.readUInt16LE(18), interpreter };
  } finally {
    closeSync(fd);
  }
}
