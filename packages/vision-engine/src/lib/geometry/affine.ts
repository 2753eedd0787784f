import { type Point } from '../../types.js';

/**
 * A 2-D affine map: `x' = a·x + b·y + tx`, `y' = c·x + d·y + ty`. Points are pixel positions in
 * which the centre of the first pixel is (0, 0).
 */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly c: number;
  readonly d: number;
  readonly ty: number;
}

/**
 * The rotation, uniform scale and shift that bring `from` nearest to `to` in the least-squares
 * sense (Umeyama 1991, without reflection). Both lists are of one length, at least two points.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Affine {
  const count = from.length;
  let fromX = 0;
  let fromY = 0;
  let toX = 0;
  let toY = 0;
  for (const [i, p] of from.entries()) {
    const q = to[i];
    if (q === undefined) throw new RangeError('Both lists of points must be of one length.');
    fromX += p.x / count;
    fromY += p.y / count;
    toX += q.x / count;
    toY += q.y / count;
  }
  let cosine = 0;
  let sine = 0;
  let variance = 0;
  for (const [i, p] of from.entries()) {
    const q = to[i];
    if (q === undefined) continue;
    const x = p.x - fromX;
    const y = p.y - fromY;
    cosine += x * (q.x - toX) + y * (q.y - toY);
    sine += x * (q.y - toY) - y * (q.x - toX);
    variance += x * x + y * y;
  }
  // All points in one place: nothing to turn or scale, only to shift.
  const a = variance === 0 ? 1 : cosine / variance;
  const c = variance === 0 ? 0 : sine / variance;
  return {
    a,
    b: -c,
    tx: toX - (a * fromX - c * fromY),
    c,
    d: a,
    ty: toY - (c * fromX + a * fromY),
  };
}

/** The map that undoes `m`. */
export function invert(m: Affine): Affine {
  const determinant = m.a * m.d - m.b * m.c;
  const a = m.d / determinant;
  const b = -m.b / determinant;
  const c = -m.c / determinant;
  const d = m.a / determinant;
  return { a, b, tx: -(a * m.tx + b * m.ty), c, d, ty: -(c * m.tx + d * m.ty) };
}

/** Where `m` takes a point. */
export function applyAffine(m: Affine, p: Point): Point {
  return { x: m.a * p.x + m.b * p.y + m.tx, y: m.c * p.x + m.d * p.y + m.ty };
}
