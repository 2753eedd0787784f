import { type Point } from '../../types.js';
import { cornersOf, type RotatedBox } from '../geometry/rotated-box.js';

interface Extent<T> {
  readonly item: T;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Columns need this many lines each; less could be a form with labels and values in rows. */
const LINES_IN_COLUMN = 3;

/** The gutter between columns is at least this many line heights wide. */
const GUTTER = 0.8;

/** Lines of running text fill their column: the median does to this part. */
const COLUMN_FILL = 0.6;

/** Lines below the columns that may reach across them, such as a footer. */
const FOOTER_LINES = 4;

/** Directions closer than this (about 10°) count as one: the cosine of the angle between them. */
const SAME_DIRECTION = 0.985;

/**
 * Puts boxes in reading order: rows from the top, each from the left; but columns of running text
 * one after the other. "Top" and "left" are those of the reader of most of the text, so that a
 * page that lies askew or upside down is read as if it did not.
 */
export function inReadingOrder<T extends { readonly box: RotatedBox }>(
  items: readonly T[],
): T[] {
  const { x: ux, y: uy } = mainDirection(items.map((item) => item.box));
  const extents = items.map((item): Extent<T> => {
    const corners = cornersOf(item.box);
    const along = corners.map((p) => p.x * ux + p.y * uy);
    const across = corners.map((p) => p.y * ux - p.x * uy);
    return {
      item,
      left: Math.min(...along),
      right: Math.max(...along),
      top: Math.min(...across),
      bottom: Math.max(...across),
    };
  });
  return order(extents).map((extent) => extent.item);
}

/** The direction of reading that the greatest length of text shares, as a unit vector. */
function mainDirection(boxes: readonly RotatedBox[]): Point {
  let best: Point = { x: 1, y: 0 };
  let longest = 0;
  for (const box of boxes) {
    let length = 0;
    let x = 0;
    let y = 0;
    for (const other of boxes) {
      const cosine = box.directionX * other.directionX + box.directionY * other.directionY;
      if (cosine < SAME_DIRECTION) continue;
      length += other.width;
      x += other.width * other.directionX;
      y += other.width * other.directionY;
    }
    if (length > longest) {
      longest = length;
      best = { x: x / Math.hypot(x, y), y: y / Math.hypot(x, y) };
    }
  }
  return best;
}

function order<T>(lines: readonly Extent<T>[]): readonly Extent<T>[] {
  const rows = inRows(lines);
  // A heading above and a footer below the columns may reach across them.
  for (let first = 0; first + 2 * LINES_IN_COLUMN <= rows.length; first += 1) {
    for (let footer = 0; footer <= FOOTER_LINES; footer += 1) {
      const middle = rows.slice(first, rows.length - footer);
      if (middle.length < 2 * LINES_IN_COLUMN) break;
      const columns = splitColumns(middle);
      if (columns === undefined) continue;
      const [left, right] = columns;
      return [
        ...rows.slice(0, first),
        ...order(left),
        ...order(right),
        ...rows.slice(rows.length - footer),
      ];
    }
  }
  return rows;
}

/** Parts lines at a gutter that none of them crosses, if both sides look like columns of text. */
function splitColumns<T>(
  lines: readonly Extent<T>[],
): [readonly Extent<T>[], readonly Extent<T>[]] | undefined {
  const gutter = GUTTER * median(lines.map((line) => line.bottom - line.top));
  const sorted = lines.toSorted((a, b) => a.left - b.left);
  let right = Number.NEGATIVE_INFINITY;
  for (const [i, line] of sorted.entries()) {
    if (i >= LINES_IN_COLUMN && line.left - right >= gutter) {
      const columns: [Extent<T>[], Extent<T>[]] = [sorted.slice(0, i), sorted.slice(i)];
      if (columns.every(isColumn)) return columns;
    }
    right = Math.max(right, line.right);
  }
  return undefined;
}

function isColumn(lines: readonly Extent<unknown>[]): boolean {
  if (lines.length < LINES_IN_COLUMN) return false;
  const left = Math.min(...lines.map((line) => line.left));
  const right = Math.max(...lines.map((line) => line.right));
  return median(lines.map((line) => line.right - line.left)) >= COLUMN_FILL * (right - left);
}

/** Groups lines whose middles lie within each other's height into rows. */
function inRows<T>(lines: readonly Extent<T>[]): readonly Extent<T>[] {
  const rows: Extent<T>[][] = [];
  for (const line of lines.toSorted((a, b) => a.top + a.bottom - b.top - b.bottom)) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (
      row !== undefined &&
      first !== undefined &&
      (line.top + line.bottom) / 2 < first.bottom
    ) {
      const height = Math.min(line.bottom - line.top, first.bottom - first.top);
      const shared = Math.min(line.bottom, first.bottom) - Math.max(line.top, first.top);
      if (shared >= height / 2) {
        row.push(line);
        continue;
      }
    }
    rows.push([line]);
  }
  return rows.flatMap((row) => row.toSorted((a, b) => a.left - b.left));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
