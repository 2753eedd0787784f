import { type BoundingBox } from '../../types.js';

/** An axis-parallel rectangle in pixels; (x, y) is its top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The box of two opposite corners, cut to the frame; its size may come out as zero. */
export function boxOfCorners(
  left: number,
  top: number,
  right: number,
  bottom: number,
  frame: { readonly width: number; readonly height: number },
): Box {
  const x = Math.min(Math.max(left, 0), frame.width);
  const y = Math.min(Math.max(top, 0), frame.height);
  return {
    x,
    y,
    width: Math.max(0, Math.min(right, frame.width) - x),
    height: Math.max(0, Math.min(bottom, frame.height) - y),
  };
}

/** Shared area over joint area, 0..1. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** A box with the score of the net that proposed it, and its class if the net knows several. */
export interface ScoredBox extends Box {
  readonly score: number;
  readonly classId?: number;
}

/**
 * Non-maximum suppression: of boxes of one class that overlap by more than `threshold`, the best
 * stays.
 *
 * @returns the survivors by falling score; at most `limit` of them.
 */
export function suppressOverlaps<T extends ScoredBox>(
  boxes: readonly T[],
  threshold: number,
  limit = Number.POSITIVE_INFINITY,
): T[] {
  const kept: T[] = [];
  for (const box of boxes.toSorted((a, b) => b.score - a.score)) {
    if (kept.length >= limit) break;
    let covered = false;
    for (const better of kept) {
      if (better.classId === box.classId && intersectionOverUnion(better, box) > threshold) {
        covered = true;
        break;
      }
    }
    if (!covered) kept.push(box);
  }
  return kept;
}

/** A pixel box as fractions of the frame, cut to it. */
export function toBoundingBox(
  box: Box,
  frame: { readonly width: number; readonly height: number },
): BoundingBox {
  const cut = boxOfCorners(box.x, box.y, box.x + box.width, box.y + box.height, frame);
  return {
    left: cut.x / frame.width,
    top: cut.y / frame.height,
    width: cut.width / frame.width,
    height: cut.height / frame.height,
  };
}
