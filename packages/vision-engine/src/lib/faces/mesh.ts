import { type Affine } from '../geometry/affine.js';
import { type Box } from '../geometry/box.js';
import { type Raster } from '../image/raster.js';
import { type Point } from '../../types.js';
import { cutOut } from './crop.js';
import { type Net } from './net.js';

/** Side of the square the network looks at. */
export const MESH_SIDE = 192;
/** How much of the surroundings it wants to see: the square is that much larger than the face. */
export const MESH_MARGIN = 1.5;
/** The network was trained on level eyes; a square that is off by more (radians) is cut again. */
const MAX_ROLL_ERROR = 0.12;
/** Below this the first look is no face, and where its eyes are means nothing. */
const MIN_SCORE_TO_RETRY = 0.05;
/** A second look may be this much less sure: its points are the better ones all the same. */
const SCORE_SLACK = 0.1;

/** Corners of the eyes; points are numbered as in MediaPipe's Face Mesh. */
export const LEFT_EYE_CORNERS = [33, 133] as const;
export const RIGHT_EYE_CORNERS = [362, 263] as const;

/** 468 points on a face. */
export class FaceMesh {
  constructor(
    /** Probability, 0..1, that the square shows a face. */
    readonly score: number,
    /** The square that was looked at: the face upright, {@link MESH_MARGIN} times its size. */
    readonly square: Raster,
    private readonly coordinates: Float32Array,
  ) {}

  /** A point in pixels of the image; z in the same unit, smaller is nearer to the camera. */
  point(index: number): Point & { readonly z: number } {
    return {
      x: this.coordinates[index * 3] ?? NaN,
      y: this.coordinates[index * 3 + 1] ?? NaN,
      z: this.coordinates[index * 3 + 2] ?? NaN,
    };
  }

  /** The mean of several points. */
  centre(indices: readonly number[]): Point {
    let x = 0;
    let y = 0;
    for (const index of indices) {
      const point = this.point(index);
      x += point.x / indices.length;
      y += point.y / indices.length;
    }
    return { x, y };
  }

  /** Radians, clockwise, from level of the line between the eyes. */
  get roll(): number {
    const left = this.centre(LEFT_EYE_CORNERS);
    const right = this.centre(RIGHT_EYE_CORNERS);
    return Math.atan2(right.y - left.y, right.x - left.x);
  }
}

/**
 * Fits the mesh to a face.
 *
 * @param roll how far the face is turned, radians, as far as is known. When it turns out to be
 *   wrong, the face is cut out and looked at once more.
 */
export async function fitMesh(
  image: Raster,
  box: Box,
  roll: number,
  session: Net,
): Promise<FaceMesh> {
  const first = await look(image, box, roll, session);
  if (first.score <= MIN_SCORE_TO_RETRY || angleBetween(first.roll, roll) <= MAX_ROLL_ERROR) {
    return first;
  }
  const second = await look(image, box, first.roll, session);
  return second.score > first.score - SCORE_SLACK ? second : first;
}

async function look(image: Raster, box: Box, roll: number, session: Net): Promise<FaceMesh> {
  const centreX = box.x + box.width / 2;
  const centreY = box.y + box.height / 2;
  const scale = MESH_SIDE / (Math.max(box.width, box.height) * MESH_MARGIN);
  const cosine = Math.cos(roll) * scale;
  const sine = Math.sin(roll) * scale;
  // Turns the image against the roll, about the middle of the box.
  const map: Affine = {
    a: cosine,
    b: sine,
    tx: MESH_SIDE / 2 - cosine * centreX - sine * centreY,
    c: -sine,
    d: cosine,
    ty: MESH_SIDE / 2 + sine * centreX - cosine * centreY,
  };
  const square = cutOut(image, map, MESH_SIDE);
  const outputs = await session.run(square.data, [1, MESH_SIDE, MESH_SIDE, 3]);
  const score = outputs.get('score').data[0] ?? 0;
  const { data: points } = outputs.get('points');
  // The way back: the transpose, divided by the scale twice (once for each length of a column).
  const backCosine = cosine / (scale * scale);
  const backSine = sine / (scale * scale);
  const coordinates = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const x = (points[i] ?? 0) - MESH_SIDE / 2;
    const y = (points[i + 1] ?? 0) - MESH_SIDE / 2;
    coordinates[i] = centreX + backCosine * x - backSine * y;
    coordinates[i + 1] = centreY + backSine * x + backCosine * y;
    coordinates[i + 2] = (points[i + 2] ?? 0) / scale;
  }
  return new FaceMesh(score, square, coordinates);
}

/** The smaller angle between two directions, 0..π. */
function angleBetween(a: number, b: number): number {
  const difference = Math.abs(a - b) % (2 * Math.PI);
  return Math.min(difference, 2 * Math.PI - difference);
}
