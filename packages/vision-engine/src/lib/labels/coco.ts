import { boxOfCorners, type ScoredBox, suppressOverlaps } from '../geometry/box.js';
import { type Raster } from '../image/raster.js';
import { resize } from '../image/resize.js';
import { type ModelSession } from '../runtime/session.js';
import { cocoClasses } from './classes.js';
import {
  ConfidenceScale,
  LEAST_SCORE,
  MAX_OBJECTS,
  type ObjectDetection,
  WHOLE_IMAGE,
} from './detection.js';

/** Side of the square that NanoDet looks at. */
export const COCO_SIDE = 416;

/** Distances are spread over this many bins: 0..10 strides. */
const BINS = 11;

const CLASSES = cocoClasses.length;

/** Boxes of one class that overlap more show the same object. */
const OVERLAP = 0.6;

const scale = new ConfidenceScale(0.35);

/** Finds objects of the 80 COCO classes. */
export async function detectCoco(
  model: ModelSession,
  image: Raster,
  minConfidence: number,
): Promise<ObjectDetection[]> {
  const square = await resize(image, COCO_SIDE, COCO_SIDE);
  const outputs = await model.run(square.data, [1, COCO_SIDE, COCO_SIDE, 3]);
  const leastScore = Math.max(LEAST_SCORE, scale.toScore(minConfidence));
  const boxes = decodeCoco(
    outputs.get('scores').data,
    outputs.get('distances').data,
    leastScore,
  );
  return suppressOverlaps(boxes, OVERLAP, MAX_OBJECTS).map((box) => ({
    name: cocoClasses[box.classId] ?? '',
    confidence: scale.toConfidence(box.score),
    box,
  }));
}

/**
 * Reads NanoDet's heads: per cell of three grids the best class, and four distances from the
 * cell's centre, each the expectation over its bins (Li et al. 2020, "Generalized Focal Loss").
 *
 * @returns boxes in fractions of the image, overlapping ones included.
 */
export function decodeCoco(
  scores: Float32Array,
  distances: Float32Array,
  leastScore: number,
): (ScoredBox & { readonly classId: number })[] {
  const boxes: (ScoredBox & { readonly classId: number })[] = [];
  let row = 0;
  for (const stride of [8, 16, 32]) {
    const grid = COCO_SIDE / stride;
    for (let cell = 0; cell < grid * grid; cell += 1, row += 1) {
      let classId = 0;
      let score = 0;
      for (let c = 0, i = row * CLASSES; c < CLASSES; c += 1, i += 1) {
        const value = scores[i] ?? 0;
        if (value > score) {
          score = value;
          classId = c;
        }
      }
      if (score < leastScore) continue;
      const x = ((cell % grid) + 0.5) * stride;
      const y = (Math.floor(cell / grid) + 0.5) * stride;
      const first = row * 4 * BINS;
      const [left, top, right, bottom] = [0, 1, 2, 3].map(
        (side) => expectation(distances, first + side * BINS) * stride,
      ) as [number, number, number, number];
      const box = boxOfCorners(
        (x - left) / COCO_SIDE,
        (y - top) / COCO_SIDE,
        (x + right) / COCO_SIDE,
        (y + bottom) / COCO_SIDE,
        WHOLE_IMAGE,
      );
      boxes.push({ ...box, score, classId });
    }
  }
  return boxes;
}

/** Mean bin under the softmax of the logits from `first` on. */
function expectation(logits: Float32Array, first: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = first; i < first + BINS; i += 1) highest = Math.max(highest, logits[i] ?? 0);
  let total = 0;
  let weighted = 0;
  for (let bin = 0; bin < BINS; bin += 1) {
    const weight = Math.exp((logits[first + bin] ?? 0) - highest);
    total += weight;
    weighted += weight * bin;
  }
  return weighted / total;
}
