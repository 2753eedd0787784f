import { cornersOf, minimumAreaBox, type RotatedBox } from '../geometry/rotated-box.js';
import { type Point } from '../../types.js';

/** A line of text somewhere in the image. */
export interface TextBox extends RotatedBox {
  /** Mean probability of text inside the box, 0..1. */
  readonly score: number;
}

/** A pixel more probable than this is text. */
const PIXEL_THRESHOLD = 0.3;

/** Mean probability a box needs. */
const BOX_THRESHOLD = 0.5;

/**
 * The net is trained to mark a shrunken core of each line (Liao et al. 2020, "Real-time Scene Text
 * Detection with Differentiable Binarization"); boxes grow back by this times area over perimeter.
 */
const UNCLIP_RATIO = 1.5;

/** Smaller specks, in map pixels, are no text. */
const LEAST_PIXELS = 6;
const LEAST_SIDE = 3;

/**
 * Finds the connected regions (8 neighbours) of probable text in a map of `width` x `height`
 * probabilities, and puts a rectangle around each.
 *
 * @returns boxes in map pixels, in the order of their first pixel.
 */
export function findTextBoxes(map: Float32Array, width: number, height: number): TextBox[] {
  const boxes: TextBox[] = [];
  const seen = new Uint8Array(width * height);
  const stack = new Int32Array(width * height);
  // The hull of a region is the hull of the two ends of each of its rows.
  const leftmost = new Int32Array(height);
  const rightmost = new Int32Array(height);
  for (let start = 0; start < map.length; start += 1) {
    if ((map[start] ?? 0) <= PIXEL_THRESHOLD || seen[start] === 1) continue;
    const top = Math.floor(start / width);
    let bottom = top;
    let pixels = 0;
    let depth = 1;
    stack[0] = start;
    seen[start] = 1;
    leftmost[top] = width;
    rightmost[top] = -1;
    while (depth > 0) {
      depth -= 1;
      const pixel = stack[depth] ?? 0;
      const y = Math.floor(pixel / width);
      const x = pixel - y * width;
      pixels += 1;
      // Regions grow downwards from their first row without skipping one.
      while (bottom < y) {
        bottom += 1;
        leftmost[bottom] = width;
        rightmost[bottom] = -1;
      }
      if (x < (leftmost[y] ?? 0)) leftmost[y] = x;
      if (x > (rightmost[y] ?? 0)) rightmost[y] = x;
      const fromX = x > 0 ? x - 1 : 0;
      const toX = x < width - 1 ? x + 1 : x;
      const toY = y < height - 1 ? y + 1 : y;
      for (let ny = y > 0 ? y - 1 : 0; ny <= toY; ny += 1) {
        for (let next = ny * width + fromX, last = ny * width + toX; next <= last; next += 1) {
          if (seen[next] === 0 && (map[next] ?? 0) > PIXEL_THRESHOLD) {
            seen[next] = 1;
            stack[depth] = next;
            depth += 1;
          }
        }
      }
    }
    if (pixels < LEAST_PIXELS) continue;
    const outline: Point[] = [];
    for (let y = top; y <= bottom; y += 1) {
      const left = leftmost[y] ?? 0;
      const right = (rightmost[y] ?? 0) + 1;
      outline.push(
        { x: left, y },
        { x: left, y: y + 1 },
        { x: right, y },
        { x: right, y: y + 1 },
      );
    }
    const core = minimumAreaBox(outline);
    if (core === undefined || Math.min(core.width, core.height) < LEAST_SIDE) continue;
    const score = meanInside(map, width, height, core);
    if (score < BOX_THRESHOLD) continue;
    boxes.push({ ...unclip(core), score });
  }
  return boxes;
}

function unclip(box: RotatedBox): RotatedBox {
  const growth = (box.width * box.height * UNCLIP_RATIO) / (box.width + box.height);
  return { ...box, width: box.width + growth, height: box.height + growth };
}

/** Mean of the map over the pixels whose centre lies in the box. */
function meanInside(map: Float32Array, width: number, height: number, box: RotatedBox): number {
  const corners = cornersOf(box);
  const top = Math.max(0, Math.floor(Math.min(...corners.map((p) => p.y))));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(...corners.map((p) => p.y))));
  const left = Math.max(0, Math.floor(Math.min(...corners.map((p) => p.x))));
  const right = Math.min(width - 1, Math.ceil(Math.max(...corners.map((p) => p.x))));
  const { directionX, directionY } = box;
  const halfWidth = box.width / 2;
  const halfHeight = box.height / 2;
  let sum = 0;
  let count = 0;
  for (let y = top; y <= bottom; y += 1) {
    const dy = y + 0.5 - box.y;
    for (let x = left; x <= right; x += 1) {
      const dx = x + 0.5 - box.x;
      const along = dx * directionX + dy * directionY;
      const across = dy * directionX - dx * directionY;
      if (
        along <= halfWidth &&
        along >= -halfWidth &&
        across <= halfHeight &&
        across >= -halfHeight
      ) {
        sum += map[y * width + x] ?? 0;
        count += 1;
      }
    }
  }
  return count === 0 ? 0 : sum / count;
}
