/** A text file for an archive. */
export interface TarEntry {
  /** A relative path of ASCII letters, at most 100 bytes. */
  readonly name: string;
  readonly text: string;
}

const block = 512;

/**
 * A tar archive (POSIX ustar) of ordinary files, readable for their owner only.
 * `at`: their time, seconds since 1970. Throws a RangeError for a name that does not fit.
 */
export function tar(entries: readonly TarEntry[], at: number): Buffer {
  const parts = entries.flatMap(({ name, text }) => {
    const bytes = Buffer.from(text);
    return [header(name, bytes.length, at), bytes, Buffer.alloc(padding(bytes.length))];
  });
  // Two empty blocks end an archive.
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function padding(size: number): number {
  return (block - (size % block)) % block;
}

function header(name: string, size: number, at: number): Buffer {
  if (!/^[\w.-][\w./-]{0,99}$/.test(name) || name.length > 100)
    throw new RangeError(`no name for tar: ${name}`);
  const bytes = Buffer.alloc(block);
  const octal = (value: number, offset: number, width: number) =>
    bytes.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1');
  bytes.write(name, 0, 'latin1');
  octal(0o600, 100, 8);
  // Owner and group: root.
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(at), 136, 12);
  // The sum is made with blanks in its own place.
  bytes.write('        0', 148, 'latin1');
  bytes.write('ustar\x0000', 257, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}
