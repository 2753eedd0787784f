import { type RotatedBox } from '../geometry/rotated-box.js';
import { type Raster } from '../image/raster.js';
import { warp } from '../image/warp.js';

/** Height of the strips that the text nets read. */
export const STRIP_HEIGHT = 48;

/** A longer line is squeezed to this: some 170 letters, and the bound of one run's time. */
const LONGEST_STRIP = 2400;

/** A wide enough picture even of a single thin letter. */
const SHORTEST_STRIP = 16;

/** Width in pixels of the strip that {@link cutStrip} makes of a box. */
export function stripWidth(box: RotatedBox): number {
  const width = Math.round((box.width * STRIP_HEIGHT) / box.height);
  return Math.min(LONGEST_STRIP, Math.max(SHORTEST_STRIP, width));
}

/** Cuts a box out of the image, turned upright and scaled to the strips' height. */
export function cutStrip(image: Raster, box: RotatedBox): Raster {
  const width = stripWidth(box);
  const along = width / box.width;
  const across = STRIP_HEIGHT / box.height;
  // From pixel centres to edges (the half pixels), to the box's own axes, to the strip's pixels.
  const x = 0.5 - box.x;
  const y = 0.5 - box.y;
  return warp(
    image,
    {
      a: box.directionX * along,
      b: box.directionY * along,
      tx: (x * box.directionX + y * box.directionY) * along + (width - 1) / 2,
      c: -box.directionY * across,
      d: box.directionX * across,
      ty: (y * box.directionX - x * box.directionY) * across + (STRIP_HEIGHT - 1) / 2,
    },
    width,
    STRIP_HEIGHT,
    'edge',
  );
}
