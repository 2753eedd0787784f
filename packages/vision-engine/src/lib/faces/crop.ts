import { type Affine } from '../geometry/affine.js';
import { type Raster } from '../image/raster.js';
import { warp } from '../image/warp.js';
import { type FaceViews } from './views.js';

/**
 * Cuts a square out of an image.
 *
 * @param map takes positions of the image to positions of the square, both measured from the
 *   top left edge (not from the centre of the first pixel); a rotation, a scale and a shift.
 * @param side of the square, in pixels.
 */
export function cutOut(views: FaceViews, map: Affine, side: number): Raster {
  const { raster, scale } = views.withDetail(Math.hypot(map.a, map.c));
  const a = map.a / scale;
  const b = map.b / scale;
  const c = map.c / scale;
  const d = map.d / scale;
  // `warp` measures from pixel centres, which lie half a pixel inside.
  const tx = map.tx + (a + b - 1) / 2;
  const ty = map.ty + (c + d - 1) / 2;
  return warp(raster, { a, b, tx, c, d, ty }, side, side);
}
