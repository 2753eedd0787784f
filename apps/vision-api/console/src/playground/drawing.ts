import { type Point } from './answers.js';

/** The canvas that shapes are drawn on: a drawing of this size is stretched over the image. */
export const CANVAS = 1000;

/** Tags of shapes that begin above this lie inside of them, as there is no room above. */
const NO_ROOM_ABOVE = 0.07;

const onCanvas = (fraction: number): string => (fraction * CANVAS).toFixed(1);

/** A closed outline as the `d` of a path. */
export function outlinePath(outline: readonly Point[]): string {
  const [first, ...others] = outline;
  if (first === undefined) return '';
  const at = ({ x, y }: Point): string => `${onCanvas(x)} ${onCanvas(y)}`;
  return `M${at(first)}${others.map((point) => `L${at(point)}`).join('')}Z`;
}

/**
 * Dots as the `d` of a path: lines without a length, which round caps make as large as the
 * stroke is wide, however the drawing is stretched.
 */
export function dotsPath(points: readonly Point[]): string {
  return points.map(({ x, y }) => `M${onCanvas(x)} ${onCanvas(y)}h0`).join('');
}

/** Where the tag of an outline stands: at its top left, and never outside of the image. */
export function tagPlace(outline: readonly Point[]): {
  readonly left: string;
  readonly top: string;
  readonly inside: boolean;
} {
  const left = within(Math.min(...outline.map(({ x }) => x)));
  const top = within(Math.min(...outline.map(({ y }) => y)));
  const css = (fraction: number): string => `${(fraction * 100).toFixed(2)}%`;
  return { left: css(left), top: css(top), inside: top < NO_ROOM_ABOVE };
}

const within = (fraction: number): number => Math.min(1, Math.max(0, fraction));
