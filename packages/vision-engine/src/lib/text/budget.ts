import { STRIP_HEIGHT } from './strip.js';
import { type TextBox } from './probability-map.js';

/** Lines read in one image, at most; a full page of a book has about 50. */
export const MAX_LINES = 200;

/**
 * Pixels of strips read in one image, at most. Reading takes about 60 µs a pixel, so this bounds
 * it to some four seconds: a picture full of long lines must not hold a worker for half a minute.
 */
export const MAX_STRIP_PIXELS = 64_000;

/** The surest boxes that can be read within the bounds, surest first. */
export function withinBudget(boxes: readonly TextBox[]): TextBox[] {
  let pixels = 0;
  return boxes
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MAX_LINES)
    .filter((box) => {
      const length = Math.max(box.width, box.height) / Math.min(box.width, box.height);
      pixels += length * STRIP_HEIGHT;
      return pixels <= MAX_STRIP_PIXELS;
    });
}
