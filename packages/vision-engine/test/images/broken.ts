import { deflateSync } from 'node:zlib';

/**
 * Bytes that a service meets: damaged, disguised or hostile images, made here so that none has to
 * be kept. PNGs are written by hand, because no encoder would write them.
 */

const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) {
    value = (value & 1) === 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return value >>> 0;
});

/** W3C PNG, annex D. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** A chunk of a PNG, with its right checksum. */
export function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.byteLength);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

interface PngForm {
  readonly bits: 1 | 8 | 16;
  readonly colours: 'grey' | 'rgb' | 'rgba';
  /** Value of every byte of every pixel. */
  readonly fill: number;
  /** Chunks between header and pixels. */
  readonly extra?: readonly Buffer[];
  /** Chunks after the pixels. */
  readonly after?: readonly Buffer[];
}

/** A PNG of one value all over. */
export function plainPng(width: number, height: number, form: PngForm): Buffer {
  const channels = { grey: 1, rgb: 3, rgba: 4 }[form.colours];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = form.bits;
  header[9] = { grey: 0, rgb: 2, rgba: 6 }[form.colours];
  const row = Buffer.alloc(1 + Math.ceil((width * channels * form.bits) / 8), form.fill);
  row[0] = 0;
  const pixels = Buffer.alloc(row.byteLength * height);
  for (let y = 0; y < height; y += 1) row.copy(pixels, y * row.byteLength);
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    ...(form.extra ?? []),
    chunk('IDAT', deflateSync(pixels)),
    ...(form.after ?? []),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** 50 KB that unpack to 20,000 x 20,000 pixels. */
export function pngBomb(): Buffer {
  return plainPng(20_000, 20_000, { bits: 1, colours: 'grey', fill: 0 });
}

/**
 * A PNG of 200 x 200 pixels and less than 5 MiB, with texts that unpack to 4.8 GB: each to just
 * less than what libvips allows a chunk to take.
 */
export function pngTextBomb(): Buffer {
  const text = Buffer.concat([
    Buffer.from('Comment\0\0', 'latin1'),
    deflateSync(Buffer.alloc(49_000_000)),
  ]);
  const bomb = chunk('zTXt', text);
  return plainPng(200, 200, {
    bits: 8,
    colours: 'rgb',
    fill: 255,
    extra: Array.from({ length: 98 }, () => bomb),
  });
}

/** A PNG that says it is animated, with a second frame. */
export function animatedPng(): Buffer {
  const control = Buffer.alloc(8);
  control.writeUInt32BE(2, 0);
  const frame = (sequence: number): Buffer => {
    const data = Buffer.alloc(26);
    data.writeUInt32BE(sequence, 0);
    data.writeUInt32BE(100, 4);
    data.writeUInt32BE(100, 8);
    data.writeUInt16BE(1, 20);
    data.writeUInt16BE(10, 22);
    return chunk('fcTL', data);
  };
  const rows = Buffer.alloc(100 * (1 + 300));
  const sequence = Buffer.alloc(4);
  sequence.writeUInt32BE(2, 0);
  return plainPng(100, 100, {
    bits: 8,
    colours: 'rgb',
    fill: 200,
    extra: [chunk('acTL', control), frame(0)],
    after: [frame(1), chunk('fdAT', Buffer.concat([sequence, deflateSync(rows)]))],
  });
}

/** The image with its header's width and height overwritten. Its checksum stays right. */
export function pngClaiming(width: number, height: number): Buffer {
  const small = plainPng(100, 100, { bits: 8, colours: 'rgb', fill: 100 });
  const header = Buffer.from(small.subarray(16, 29));
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([PNG_SIGNATURE, chunk('IHDR', header), small.subarray(33)]);
}

/** Every so many bytes, from the `from`th on, one is changed. */
export function flipped(bytes: Uint8Array, from: number, every: number): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = from; i < copy.byteLength; i += every) copy[i] = (copy[i] ?? 0) ^ 0x55;
  return copy;
}

/** The JPEG with an EXIF block that holds one tag: the orientation (EXIF 2.3, section 4.6.4). */
export function withOrientation(jpeg: Uint8Array, orientation: number): Buffer {
  const exif = Buffer.from(
    'Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0',
    'latin1',
  );
  exif.writeUInt16BE(orientation, 24);
  const marker = Buffer.from([0xff, 0xe1, 0, 0]);
  marker.writeUInt16BE(exif.byteLength + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]);
}
