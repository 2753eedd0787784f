import { InvalidImage } from '../../errors.js';

const SIGNATURE_BYTES = 8;

/** Length, type and checksum: what a chunk has besides its data. */
const FRAME_BYTES = 12;

/** The chunks that pixels are made of (W3C PNG, section 11.2), and the palette's transparency. */
const PIXEL_CHUNKS: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS']);

/** Chunks that say how to see the pixels: their colour space and which side is up. */
const VIEWING_CHUNKS: ReadonlySet<string> = new Set(['sRGB', 'gAMA', 'cHRM', 'iCCP', 'eXIf']);

/**
 * Longest data of a viewing chunk. `iCCP` alone is compressed, so that one of this length could
 * unpack to a thousand times as much: that takes two tenths of a second. Profiles of screens and
 * cameras have a few kilobytes.
 */
const VIEWING_CHUNK_BYTES = 64 * 1024;

/**
 * A copy of a PNG with nothing but what its first picture needs: no texts, no further frames, no
 * chunks of anybody's own, and nothing after its end.
 *
 * A decoder unpacks compressed text (`zTXt`, `iTXt`) when it reads the header, as much of it as
 * there is, and again when it reads the pixels: a file within every other limit could keep a
 * thread busy for many seconds. Of the viewing chunks the first of each type counts, and one that
 * is too long is left out.
 *
 * Checksums are copied, not checked: that is left to the decoder.
 *
 * @param png bytes that begin with the signature of a PNG.
 * @throws InvalidImage when a chunk runs past the end, when the end chunk is missing, and for a
 *   chunk that a decoder must understand but none does (section 5.4).
 */
export function withEssentialChunks(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const kept = new Uint8Array(png.byteLength);
  const seen = new Set<string>();
  kept.set(png.subarray(0, SIGNATURE_BYTES));
  let end = SIGNATURE_BYTES;
  for (let start = SIGNATURE_BYTES; start + FRAME_BYTES <= png.byteLength;) {
    const length = view.getUint32(start);
    const next = start + FRAME_BYTES + length;
    if (next > png.byteLength) break;
    const type = String.fromCharCode(...png.subarray(start + 4, start + 8));
    if (isWanted(type, length, seen)) {
      kept.set(png.subarray(start, next), end);
      end += next - start;
    }
    if (type === 'IEND') return kept.subarray(0, end);
    start = next;
  }
  throw new InvalidImage('The image is damaged or truncated.');
}

/** @param seen the viewing chunks kept so far. */
function isWanted(type: string, length: number, seen: Set<string>): boolean {
  if (PIXEL_CHUNKS.has(type)) return true;
  if (VIEWING_CHUNKS.has(type)) {
    if (length > VIEWING_CHUNK_BYTES || seen.has(type)) return false;
    seen.add(type);
    return true;
  }
  // Bit 5 of the first letter, its case, tells whether the picture can be shown without the chunk.
  if ((type.charCodeAt(0) & 0x20) === 0) {
    throw new InvalidImage('The image is damaged or truncated.');
  }
  return false;
}
