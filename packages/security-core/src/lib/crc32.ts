const polynomial = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
  }
  return remainder;
});

/**
 * CRC-32 of an ASCII text, as zlib, PNG and Ethernet have it (reflected, polynomial
 * 0x04C11DB7): an unsigned 32-bit integer. Finds typing errors; proves nothing about origin.
 */
export function crc32(ascii: string): number {
  let remainder = 0xffffffff;
  for (let index = 0; index < ascii.length; index += 1) {
    // A byte is always an index of the table.
    const entry = table[(remainder ^ ascii.charCodeAt(index)) & 0xff] as number;
    remainder = (remainder >>> 8) ^ entry;
  }
  return (remainder ^ 0xffffffff) >>> 0;
}
