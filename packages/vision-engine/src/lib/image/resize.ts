import sharp from 'sharp';
import { type Raster } from './raster.js';

/** Stretches or shrinks to exactly this size (linear, area-averaged when it shrinks). */
export async function resize(source: Raster, width: number, height: number): Promise<Raster> {
  if (source.width === width && source.height === height) return source;
  const { data } = await sharp(source.data, {
    raw: { width: source.width, height: source.height, channels: 3 },
  })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width, height };
}

/** A square copy of an image, and how to find the way back. */
export interface Letterbox extends Raster {
  /** Square pixels per source pixel. */
  readonly scale: number;
  /** Where the image's left and top edge lie in the square. */
  readonly offsetX: number;
  readonly offsetY: number;
}

/**
 * Fits the image into a black square of `size` pixels without distorting it: centred, or in the
 * top left corner. A position p of the square is `(p − offset) / scale` in the source.
 */
export async function letterbox(
  source: Raster,
  size: number,
  placement: 'centre' | 'top-left',
): Promise<Letterbox> {
  const scale = size / Math.max(source.width, source.height);
  const width = Math.max(1, Math.round(source.width * scale));
  const height = Math.max(1, Math.round(source.height * scale));
  const fitted = await resize(source, width, height);
  const offsetX = placement === 'centre' ? (size - width) >> 1 : 0;
  const offsetY = placement === 'centre' ? (size - height) >> 1 : 0;
  const data = new Uint8Array(size * size * 3);
  for (let y = 0; y < height; y += 1) {
    data.set(
      fitted.data.subarray(y * width * 3, (y + 1) * width * 3),
      ((y + offsetY) * size + offsetX) * 3,
    );
  }
  return { data, width: size, height: size, scale, offsetX, offsetY };
}
