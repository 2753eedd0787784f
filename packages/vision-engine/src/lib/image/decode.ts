import sharp, { type Metadata, type ResizeOptions } from 'sharp';
import { ImageTooLarge, InvalidImage, UnsupportedMedia } from '../../errors.js';
import { type ImageSize } from '../../types.js';
import { looksLikeOtherMedia, sniffMediaType } from './media-type.js';
import { withEssentialChunks } from './png-chunks.js';
import { type Raster } from './raster.js';

/** What an image may be like. */
export interface ImageLimits {
  readonly maxBytes: number;
  /** Width times height; this is what bounds the memory a decoder may take. */
  readonly maxPixels: number;
  /** Pixels a side. */
  readonly maxSide: number;
  readonly minSide: number;
}

/** Pixels ready for the nets, and the size of what was sent. */
export interface DecodedImage extends Raster {
  /** Size of the upright image before it was brought to the working size. */
  readonly original: ImageSize;
}

/**
 * The size an image is decoded to: shrunk, if need be, until no side exceeds `longestSide`; or
 * stretched to exactly `width` x `height`, for nets that want that. Asking the decoder for it is
 * much cheaper than resizing afterwards: a JPEG is then never decoded in full.
 */
export type WorkingSize =
  { readonly longestSide: number } | { readonly width: number; readonly height: number };

/**
 * Decoding that takes longer than this is being fed something crafted. The largest honest image
 * needs about a second.
 *
 * libvips asks for the time between the parts of the picture it computes. What a decoder does in
 * one go is not cut short: reading the header, and whatever comes before the first row. That has
 * to be bounded by what the decoder is given; see {@link forDecoder}.
 */
const DECODE_TIMEOUT_SECONDS = 10;

/**
 * Leaves libvips three decoders: JPEG, PNG and WebP, each from memory. The others that sharp
 * brings along (SVG, TIFF, GIF, HEIF …) are attack surface, and those that read files would turn a
 * path into its content. Caching and threads inside libvips are switched off: every image is new,
 * and parallelism comes from the workers.
 *
 * libvips is one per process, so this holds for every user of sharp in the process, whatever
 * thread calls it.
 */
export function restrictDecoders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegBuffer',
      'VipsForeignLoadPngBuffer',
      'VipsForeignLoadWebpBuffer',
    ],
  });
  sharp.cache(false);
  sharp.concurrency(1);
}

/**
 * Checks what can be told without decoding: presence, number of bytes and signature. Cheap enough
 * for the thread that takes the calls.
 *
 * @throws InvalidImage when empty or nothing known.
 * @throws ImageTooLarge above `maxBytes`.
 * @throws UnsupportedMedia for another kind of picture.
 */
export function checkEncodedImage(bytes: Uint8Array, maxBytes: number): void {
  if (bytes.byteLength === 0) throw new InvalidImage('The image is empty.');
  if (bytes.byteLength > maxBytes) {
    throw new ImageTooLarge(
      `The image has ${bytes.byteLength} bytes; at most ${maxBytes} are allowed.`,
    );
  }
  if (sniffMediaType(bytes) !== undefined) return;
  if (looksLikeOtherMedia(bytes)) {
    throw new UnsupportedMedia('The image must be a JPEG, a PNG or a WebP.');
  }
  throw new InvalidImage('The bytes are not an image. Send a JPEG, a PNG or a WebP.');
}

/**
 * The bytes without what could cost a decoder more than their number and that of the pixels allow.
 * Only a PNG can hold such a thing: its compressed texts. In a JPEG (APPn and COM segments) and in
 * a WebP (ICCP, EXIF and XMP chunks) whatever is not pixels lies there as it is, so `maxBytes`
 * bounds it.
 */
function forDecoder(bytes: Uint8Array): Uint8Array {
  return sniffMediaType(bytes) === 'image/png' ? withEssentialChunks(bytes) : bytes;
}

async function readHeader(bytes: Uint8Array, limits: ImageLimits): Promise<ImageSize> {
  let header: Metadata;
  try {
    // No pixel is decoded here, so no limit is needed; ours follows, with its own message.
    header = await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata();
  } catch {
    throw new InvalidImage('The image is damaged: its header cannot be read.');
  }
  const { width, height } = header.autoOrient;
  if (Math.min(width, height) < limits.minSide) {
    throw new InvalidImage(
      `The image is ${width} x ${height} pixels; each side needs at least ${limits.minSide}.`,
    );
  }
  if (Math.max(width, height) > limits.maxSide) {
    throw new InvalidImage(
      `The image is ${width} x ${height} pixels; a side may have at most ${limits.maxSide}.`,
    );
  }
  if (width * height > limits.maxPixels) {
    throw new InvalidImage(
      `The image has ${width * height} pixels; at most ${limits.maxPixels} are allowed.`,
    );
  }
  return { width, height };
}

/**
 * Turns encoded bytes into upright 8-bit sRGB pixels, transparency laid over white, brought
 * to the working size. The dimensions in the header are checked before a pixel is
 * decoded. Of an animation the first frame counts.
 *
 * Takes bytes and only bytes: sharp would read a string as a path.
 *
 * @throws InvalidImage when damaged, truncated or outside the limits.
 * @throws ImageTooLarge above `limits.maxBytes`.
 * @throws UnsupportedMedia for another kind of picture.
 */
export async function decodeImage(
  bytes: Uint8Array,
  limits: ImageLimits,
  size: WorkingSize,
): Promise<DecodedImage> {
  checkEncodedImage(bytes, limits.maxBytes);
  const encoded = forDecoder(bytes);
  const original = await readHeader(encoded, limits);
  try {
    const { data, info } = await sharp(encoded, {
      limitInputPixels: limits.maxPixels,
      failOn: 'error',
    })
      .timeout({ seconds: DECODE_TIMEOUT_SECONDS })
      .autoOrient()
      .flatten({ background: '#fff' })
      .resize(resizeOptions(size))
      // sRGB is what sharp converts to unless told otherwise, from CMYK and from grey too.
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error('The decoder did not give three channels.');
    return { data, width: info.width, height: info.height, original };
  } catch {
    throw new InvalidImage('The image is damaged or truncated.');
  }
}

function resizeOptions(size: WorkingSize): ResizeOptions {
  if ('longestSide' in size) {
    return {
      width: size.longestSide,
      height: size.longestSide,
      fit: 'inside',
      withoutEnlargement: true,
    };
  }
  return { ...size, fit: 'fill', kernel: 'linear' };
}
