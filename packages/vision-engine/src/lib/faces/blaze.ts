import { boxOfCorners, type ScoredBox, suppressOverlaps } from '../geometry/box.js';
import { type Net } from './net.js';
import { BLAZE_SIDE, type FaceViews } from './views.js';

const MIN_SCORE = 0.4;
/** As in MediaPipe. */
const MAX_OVERLAP = 0.3;
/** Numbers per anchor: centre, size and six key points. */
const STRIDE = 16;

/** A face that BlazeFace sees, and how far it is turned in the image plane. */
export interface BlazeFace extends ScoredBox {
  /** Radians, clockwise, from the line between the eyes. */
  readonly roll: number;
}

/**
 * Centres of the 896 anchors in input pixels, x then y: two in each cell of 16 by 16, then six
 * in each of 8 by 8. MediaPipe's "SSD anchors" with a fixed size.
 */
const anchors = ((): Float32Array => {
  const centres: number[] = [];
  for (const [cells, perCell] of [
    [16, 2],
    [8, 6],
  ] as const) {
    const size = BLAZE_SIDE / cells;
    for (let y = 0; y < cells; y += 1) {
      for (let x = 0; x < cells; x += 1) {
        for (let k = 0; k < perCell; k += 1) centres.push((x + 0.5) * size, (y + 0.5) * size);
      }
    }
  }
  return Float32Array.from(centres);
})();

/**
 * Faces that BlazeFace (back camera) sees. It knows close-ups that the SSD misses, and turned
 * heads, and where the eyes are; it does not see small faces.
 */
export async function detectWithBlaze(
  views: FaceViews,
  session: Net,
  limit: number,
): Promise<BlazeFace[]> {
  const { data, scale, offsetX, offsetY } = views.blaze;
  const outputs = await session.run(data, [1, BLAZE_SIDE, BLAZE_SIDE, 3]);
  const { data: boxes } = outputs.get('boxes');
  const { data: scores } = outputs.get('scores');
  const found: BlazeFace[] = [];
  for (let i = 0; i < scores.length; i += 1) {
    const score = scores[i] ?? 0;
    if (score < MIN_SCORE) continue;
    const raw = boxes.subarray(i * STRIDE, (i + 1) * STRIDE);
    const at = (index: number): number => raw[index] ?? 0;
    const x = (at(0) + (anchors[i * 2] ?? 0) - offsetX) / scale;
    const y = (at(1) + (anchors[i * 2 + 1] ?? 0) - offsetY) / scale;
    const halfWidth = at(2) / scale / 2;
    const halfHeight = at(3) / scale / 2;
    const box = boxOfCorners(
      x - halfWidth,
      y - halfHeight,
      x + halfWidth,
      y + halfHeight,
      views.image,
    );
    // The first key point is the eye on the left of an upright face, the second the other.
    const roll = Math.atan2(at(7) - at(5), at(6) - at(4));
    found.push({ ...box, score, roll });
  }
  return suppressOverlaps(found, MAX_OVERLAP, limit);
}
