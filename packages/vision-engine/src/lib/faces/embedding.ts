import { fitSimilarity } from '../geometry/affine.js';
import { type Raster } from '../image/raster.js';
import { type Point } from '../../types.js';
import { cutOut } from './crop.js';
import { type FaceMesh } from './mesh.js';
import { type Net } from './net.js';

/** Side of the aligned face the network looks at. */
export const CHIP_SIDE = 150;
/** dlib leaves this much of the face's size around it. */
const PADDING = 0.25;

/**
 * Where dlib wants the corners of the eyes and the base of the nose, as fractions of the face
 * (`get_face_chip_details`, dlib/image_transforms/interpolation.h, five-point template), and the
 * mesh points that are those places, in the same order.
 */
const template: readonly Point[] = [
  { x: 0.8595674595992, y: 0.2134981538014 },
  { x: 0.6460604764104, y: 0.2289674387677 },
  { x: 0.1205750620789, y: 0.2137274526848 },
  { x: 0.3340850613712, y: 0.2290642403242 },
  { x: 0.4901123135679, y: 0.6277975316475 },
].map(({ x, y }) => ({
  x: ((x + PADDING) / (1 + 2 * PADDING)) * CHIP_SIDE,
  y: ((y + PADDING) / (1 + 2 * PADDING)) * CHIP_SIDE,
}));
const meshPoints = [263, 362, 33, 133, 2];

/** 128 numbers that describe a face; alike faces are near each other. */
export async function embedFace(
  image: Raster,
  mesh: FaceMesh,
  session: Net,
): Promise<Float32Array> {
  const map = fitSimilarity(
    meshPoints.map((index) => mesh.point(index)),
    template,
  );
  const chip = cutOut(image, map, CHIP_SIDE);
  const outputs = await session.run(chip.data, [1, CHIP_SIDE, CHIP_SIDE, 3]);
  return outputs.get('embedding').data;
}
