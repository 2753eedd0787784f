import { type FaceQuality } from '../../types.js';
import { type Raster } from '../image/raster.js';
import { MESH_MARGIN } from './mesh.js';

/** How much of the face's box, from its middle, is measured: hair and background stay outside. */
const MEASURED_SHARE = 0.8;

/**
 * The variance of the Laplacian that counts as half sharp. Portraits in focus have four times as
 * much and more, a face of 30 pixels about as much, one badly out of focus a tenth.
 */
const HALF_SHARP_VARIANCE = 20;

/**
 * How well a face can be seen, measured on the middle of its upright crop, in which every face has
 * one size (a box of 128 pixels in a square of 192):
 *
 * - `brightness` is the mean luma (ITU-R BT.709 weights on the gamma-coded values) as a share of
 *   white: 0 black, 100 white; a well-lit face is at 40 to 75.
 * - `sharpness` is `100 · v / (v + 20)`, where v is the variance of the luma's Laplacian (4-neighbour
 *   kernel), the focus measure of Pech-Pacheco et al., "Diatom autofocusing in brightfield
 *   microscopy", ICPR 2000. The fixed size makes it comparable: a face of few pixels was enlarged
 *   and is as soft as one out of focus, which is what it is worth to whoever compares faces.
 *
 * Amazon Rekognition has the same two numbers and does not say how it takes them.
 *
 * @param square the upright face in the middle of a square {@link MESH_MARGIN} times as large.
 * @param aspect width over height of the face's box.
 */
export function qualityOf(square: Raster, aspect: number): FaceQuality {
  const side = square.width / MESH_MARGIN;
  const width = Math.max(3, Math.round(side * MEASURED_SHARE * Math.min(1, aspect)));
  const height = Math.max(3, Math.round(side * MEASURED_SHARE * Math.min(1, 1 / aspect)));
  const luma = lumaOfCentre(square, width, height);

  let brightness = 0;
  for (const value of luma) brightness += value;
  brightness /= luma.length;

  let sum = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const i = y * width + x;
      const laplacian =
        (luma[i - 1] ?? 0) +
        (luma[i + 1] ?? 0) +
        (luma[i - width] ?? 0) +
        (luma[i + width] ?? 0) -
        4 * (luma[i] ?? 0);
      sum += laplacian;
      squares += laplacian * laplacian;
    }
  }
  const count = (width - 2) * (height - 2);
  const variance = squares / count - (sum / count) ** 2;
  return {
    brightness: (brightness / 255) * 100,
    sharpness: (variance / (variance + HALF_SHARP_VARIANCE)) * 100,
  };
}

function lumaOfCentre(
  { data, width: side }: Raster,
  width: number,
  height: number,
): Float32Array {
  const luma = new Float32Array(width * height);
  const left = (side - width) >> 1;
  const top = (side - height) >> 1;
  let out = 0;
  for (let y = 0; y < height; y += 1) {
    let i = ((top + y) * side + left) * 3;
    for (let x = 0; x < width; x += 1) {
      luma[out] =
        0.2126 * (data[i] ?? 0) + 0.7152 * (data[i + 1] ?? 0) + 0.0722 * (data[i + 2] ?? 0);
      out += 1;
      i += 3;
    }
  }
  return luma;
}
