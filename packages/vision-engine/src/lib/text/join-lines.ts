import { type RotatedBox } from '../geometry/rotated-box.js';
import { type ReadLine } from './words.js';

/** Widest gap inside a line, in line heights; boxes reach about a quarter beyond their letters. */
const WIDEST_GAP = 0.6;

/** How far neighbours of one line may overlap, in line heights. */
const DEEPEST_OVERLAP = 0.6;

/** How far the middles of neighbours may lie apart across the line, in line heights. */
const OFFSET = 0.3;

/** Cosine of the greatest angle between neighbours, about 7°. */
const PARALLEL = 0.9925;

/** Neighbours of one line are of one size, to this ratio. */
const LEAST_HEIGHT_RATIO = 0.7;

/**
 * Joins what the detector split at wide spaces: pieces that follow each other on one base line and
 * are of one size become one line, with a space between.
 *
 * @param pieces in reading order.
 */
export function joinLines(pieces: readonly ReadLine[]): ReadLine[] {
  const lines: ReadLine[] = [];
  for (const piece of pieces) {
    const line = lines.at(-1);
    if (line !== undefined && continues(line.box, piece.box)) {
      lines[lines.length - 1] = join(line, piece);
    } else {
      lines.push(piece);
    }
  }
  return lines;
}

/** Where the centre of `box` lies as seen from `line`: along and across its reading direction. */
function seenFrom(line: RotatedBox, box: RotatedBox): { along: number; across: number } {
  const x = box.x - line.x;
  const y = box.y - line.y;
  return {
    along: x * line.directionX + y * line.directionY,
    across: y * line.directionX - x * line.directionY,
  };
}

function continues(line: RotatedBox, next: RotatedBox): boolean {
  const cosine = line.directionX * next.directionX + line.directionY * next.directionY;
  if (cosine < PARALLEL) return false;
  const height = Math.min(line.height, next.height);
  if (height < LEAST_HEIGHT_RATIO * Math.max(line.height, next.height)) return false;
  const { along, across } = seenFrom(line, next);
  const gap = along - (line.width + next.width) / 2;
  return (
    gap <= WIDEST_GAP * height &&
    gap >= -DEEPEST_OVERLAP * height &&
    Math.abs(across) <= OFFSET * height
  );
}

function join(line: ReadLine, next: ReadLine): ReadLine {
  const { along, across } = seenFrom(line.box, next.box);
  const left = -line.box.width / 2;
  const right = along + next.box.width / 2;
  const top = Math.min(-line.box.height / 2, across - next.box.height / 2);
  const bottom = Math.max(line.box.height / 2, across + next.box.height / 2);
  const { directionX, directionY } = line.box;
  const u = (left + right) / 2;
  const v = (top + bottom) / 2;
  return {
    text: `${line.text} ${next.text}`,
    confidence:
      (line.confidence * line.text.length + next.confidence * next.text.length) /
      (line.text.length + next.text.length),
    box: {
      x: line.box.x + u * directionX - v * directionY,
      y: line.box.y + u * directionY + v * directionX,
      width: right - left,
      height: bottom - top,
      directionX,
      directionY,
    },
    words: [...line.words, ...next.words],
  };
}
