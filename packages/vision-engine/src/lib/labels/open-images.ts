import { boxOfCorners, type ScoredBox, suppressOverlaps } from '../geometry/box.js';
import { type Raster } from '../image/raster.js';
import { resize } from '../image/resize.js';
import { type ModelSession } from '../runtime/session.js';
import { openImagesClasses } from './classes.js';
import {
  ConfidenceScale,
  LEAST_SCORE,
  MAX_OBJECTS,
  type ObjectDetection,
  WHOLE_IMAGE,
} from './detection.js';

const SIDE = 300;
const CLASSES = openImagesClasses.length;
const OVERLAP = 0.5;

/** The box coder's variances, by which the net's answers are scaled. */
const CENTRE_VARIANCE = 10;
const SIZE_VARIANCE = 5;

const scale = new ConfidenceScale(0.45);

/** Finds objects of 23 Open Images classes. */
export async function detectOpenImages(
  model: ModelSession,
  image: Raster,
  minConfidence: number,
): Promise<ObjectDetection[]> {
  const square = await resize(image, SIDE, SIDE);
  const outputs = await model.run(square.data, [1, SIDE, SIDE, 3]);
  const leastScore = Math.max(LEAST_SCORE, scale.toScore(minConfidence));
  const boxes = decodeOpenImages(
    outputs.get('scores').data,
    outputs.get('boxes').data,
    leastScore,
  );
  return suppressOverlaps(boxes, OVERLAP, MAX_OBJECTS).map((box) => ({
    name: openImagesClasses[box.classId] ?? '',
    confidence: scale.toConfidence(box.score),
    box,
  }));
}

/**
 * Reads the SSD's heads: boxes relative to anchors, and a score for each class.
 *
 * @returns boxes in fractions of the image, overlapping ones included.
 */
export function decodeOpenImages(
  scores: Float32Array,
  offsets: Float32Array,
  leastScore: number,
): (ScoredBox & { readonly classId: number })[] {
  const boxes: (ScoredBox & { readonly classId: number })[] = [];
  for (let row = 0; row < anchorCount; row += 1) {
    // Class 0 is the background.
    for (let classId = 1; classId < CLASSES; classId += 1) {
      const score = scores[row * CLASSES + classId] ?? 0;
      if (score < leastScore) continue;
      const i = row * 4;
      const anchorX = anchors[i] ?? 0;
      const anchorY = anchors[i + 1] ?? 0;
      const anchorWidth = anchors[i + 2] ?? 0;
      const anchorHeight = anchors[i + 3] ?? 0;
      const y = ((offsets[i] ?? 0) / CENTRE_VARIANCE) * anchorHeight + anchorY;
      const x = ((offsets[i + 1] ?? 0) / CENTRE_VARIANCE) * anchorWidth + anchorX;
      const height = Math.exp((offsets[i + 2] ?? 0) / SIZE_VARIANCE) * anchorHeight;
      const width = Math.exp((offsets[i + 3] ?? 0) / SIZE_VARIANCE) * anchorWidth;
      const box = boxOfCorners(
        x - width / 2,
        y - height / 2,
        x + width / 2,
        y + height / 2,
        WHOLE_IMAGE,
      );
      boxes.push({ ...box, score, classId });
    }
  }
  return boxes;
}

/**
 * The anchors of TensorFlow's `ssd_anchor_generator` with its defaults: six grids, scales rising
 * evenly from 0.2 to 0.95, five shapes and one in-between size a cell; the finest grid has three.
 *
 * @returns centre x, centre y, width, height of each, in fractions of the image.
 */
function ssdAnchors(): Float32Array {
  const grids = [19, 10, 5, 3, 2, 1];
  const sizeOf = (level: number): number =>
    level >= grids.length ? 1 : 0.2 + (0.75 * level) / (grids.length - 1);
  const values: number[] = [];
  for (const [level, grid] of grids.entries()) {
    const size = sizeOf(level);
    const shapes: readonly (readonly [ratio: number, size: number])[] =
      level === 0
        ? [
            [1, 0.1],
            [2, size],
            [0.5, size],
          ]
        : [
            [1, size],
            [2, size],
            [0.5, size],
            [3, size],
            [0.3333, size],
            [1, Math.sqrt(size * sizeOf(level + 1))],
          ];
    for (let y = 0; y < grid; y += 1) {
      for (let x = 0; x < grid; x += 1) {
        for (const [ratio, side] of shapes) {
          values.push((x + 0.5) / grid, (y + 0.5) / grid);
          values.push(side * Math.sqrt(ratio), side / Math.sqrt(ratio));
        }
      }
    }
  }
  return Float32Array.from(values);
}

const anchors = ssdAnchors();
const anchorCount = anchors.length / 4;
