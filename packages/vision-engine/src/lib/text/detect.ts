import { type Bgr, toPlanesBgr } from '../image/planes.js';
import { type Raster } from '../image/raster.js';
import { resize } from '../image/resize.js';
import { type ModelSession } from '../runtime/session.js';
import { findTextBoxes, type TextBox } from './probability-map.js';

/**
 * Longest side of what the detector sees. Its time grows with the area; 960 is what it was trained
 * around, and finds letters down to about 1/100 of the longest side.
 */
const LONGEST_SIDE = 960;

/**
 * Most pixels of what the detector sees: a 4:3 image at its longest side. It takes about 300 bytes
 * a pixel while it runs, and keeps them; only squarer images are shrunk further for it.
 */
const MOST_PIXELS = 960 * 720;

/** The net halves its maps five times. */
const GRANULARITY = 32;

/** Mean and deviation of ImageNet's pixels, which the net was trained with. */
const MEAN: Bgr = [0.406 * 255, 0.456 * 255, 0.485 * 255];
const DEVIATION: Bgr = [0.225 * 255, 0.224 * 255, 0.229 * 255];

/** Finds the lines of text. @returns boxes in pixels of the image. */
export async function detectLines(model: ModelSession, image: Raster): Promise<TextBox[]> {
  const scale = Math.min(
    1,
    LONGEST_SIDE / Math.max(image.width, image.height),
    Math.sqrt(MOST_PIXELS / (image.width * image.height)),
  );
  const shrunk = await resize(
    image,
    Math.max(1, Math.round(image.width * scale)),
    Math.max(1, Math.round(image.height * scale)),
  );
  // Filled up rather than stretched: a small image is not resampled at all then.
  const width = toGranularity(shrunk.width);
  const height = toGranularity(shrunk.height);
  const planes = toPlanesBgr(shrunk, MEAN, DEVIATION, { width, height });
  const map = (await model.run(planes.data, [1, 3, height, width])).single();
  return findTextBoxes(map.data, width, height).map((box) => ({
    ...box,
    x: box.x / scale,
    y: box.y / scale,
    width: box.width / scale,
    height: box.height / scale,
  }));
}

function toGranularity(pixels: number): number {
  return Math.ceil(pixels / GRANULARITY) * GRANULARITY;
}
