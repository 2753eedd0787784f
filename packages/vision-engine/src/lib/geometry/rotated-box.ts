import { type Point } from '../../types.js';

/** A rectangle at any angle, in pixels. */
export interface RotatedBox {
  /** Centre. */
  readonly x: number;
  readonly y: number;
  /** Extent along the direction of reading. */
  readonly width: number;
  /** Extent across it. */
  readonly height: number;
  /** Unit vector of the direction of reading; the direction "down" is (−directionY, directionX). */
  readonly directionX: number;
  readonly directionY: number;
}

/** Twice the signed area of a triangle; positive when o → a → b turns clockwise on a screen. */
function turn(o: Point, a: Point, b: Point): number {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

function halfHull(points: readonly Point[]): Point[] {
  const chain: Point[] = [];
  for (const point of points) {
    for (;;) {
      const last = chain.at(-1);
      const beforeLast = chain.at(-2);
      if (last === undefined || beforeLast === undefined) break;
      if (turn(beforeLast, last, point) > 0) break;
      chain.pop();
    }
    chain.push(point);
  }
  // The last point begins the other half.
  chain.pop();
  return chain;
}

/** Convex hull by Andrew's monotone chain: its corners in order, collinear points left out. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 2) return sorted;
  return [...halfHull(sorted), ...halfHull(sorted.reverse())];
}

/**
 * The rectangle of least area around the points. One of its sides lies on the hull (Freeman and
 * Shapira 1975), so every side of the hull is tried. Of the four ways to read it, the one whose
 * direction is within 45° of rightwards is taken.
 *
 * @returns undefined when there is no point.
 */
export function minimumAreaBox(points: readonly Point[]): RotatedBox | undefined {
  const hull = convexHull(points);
  let best: RotatedBox | undefined;
  let bestArea = Number.POSITIVE_INFINITY;
  for (const [i, from] of hull.entries()) {
    const to = hull[(i + 1) % hull.length] ?? from;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const ux = length === 0 ? 1 : (to.x - from.x) / length;
    const uy = length === 0 ? 0 : (to.y - from.y) / length;
    let minU = Number.POSITIVE_INFINITY;
    let maxU = Number.NEGATIVE_INFINITY;
    let minV = Number.POSITIVE_INFINITY;
    let maxV = Number.NEGATIVE_INFINITY;
    for (const p of hull) {
      const u = p.x * ux + p.y * uy;
      const v = p.y * ux - p.x * uy;
      if (u < minU) minU = u;
      if (u > maxU) maxU = u;
      if (v < minV) minV = v;
      if (v > maxV) maxV = v;
    }
    const area = (maxU - minU) * (maxV - minV);
    if (area >= bestArea) continue;
    bestArea = area;
    const u = (minU + maxU) / 2;
    const v = (minV + maxV) / 2;
    best = {
      x: u * ux - v * uy,
      y: u * uy + v * ux,
      width: maxU - minU,
      height: maxV - minV,
      directionX: ux,
      directionY: uy,
    };
  }
  return best === undefined ? undefined : readRightwards(best);
}

/** The same rectangle read a quarter turn clockwise of before: downwards, if it was rightwards. */
export function quarterTurn(box: RotatedBox): RotatedBox {
  return {
    ...box,
    width: box.height,
    height: box.width,
    directionX: -box.directionY,
    directionY: box.directionX,
  };
}

/** The same rectangle read from its other end, upside down. */
export function halfTurn(box: RotatedBox): RotatedBox {
  return { ...box, directionX: -box.directionX, directionY: -box.directionY };
}

function readRightwards(box: RotatedBox): RotatedBox {
  let turned = box;
  for (let i = 0; i < 3; i += 1) {
    // A hair of tolerance lets an exact 45° settle instead of depending on rounding.
    if (turned.directionX > 0 && turned.directionX >= Math.abs(turned.directionY) - 1e-9) break;
    turned = quarterTurn(turned);
  }
  return turned;
}

/** Corners in reading direction: top left, top right, bottom right, bottom left. */
export function cornersOf(box: RotatedBox): [Point, Point, Point, Point] {
  const rightX = (box.width / 2) * box.directionX;
  const rightY = (box.width / 2) * box.directionY;
  const downX = (-box.height / 2) * box.directionY;
  const downY = (box.height / 2) * box.directionX;
  return [
    { x: box.x - rightX - downX, y: box.y - rightY - downY },
    { x: box.x + rightX - downX, y: box.y + rightY - downY },
    { x: box.x + rightX + downX, y: box.y + rightY + downY },
    { x: box.x - rightX + downX, y: box.y - rightY + downY },
  ];
}
