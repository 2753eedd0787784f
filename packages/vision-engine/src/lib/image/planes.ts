import { type Raster } from './raster.js';

/** One number each for blue, green and red, in that order. */
export type Bgr = readonly [blue: number, green: number, red: number];

/**
 * Writes pixels as one plane per colour in the order blue, green, red (what nets trained with
 * OpenCV expect), each value `(v − mean) / deviation`, into `target` from `offset` on. Rows of the
 * planes are `planeWidth` apart, so that a narrow image can fill the left of a wider tensor.
 */
export function writePlanesBgr(
  image: Raster,
  mean: Bgr,
  deviation: Bgr,
  target: Float32Array,
  offset = 0,
  planeWidth = image.width,
): void {
  const { data, width, height } = image;
  for (let plane = 0; plane < 3; plane += 1) {
    const factor = 1 / (deviation[plane] ?? 1);
    const shift = -(mean[plane] ?? 0) * factor;
    let i = 2 - plane;
    for (let y = 0; y < height; y += 1) {
      let out = offset + (plane * height + y) * planeWidth;
      for (const end = out + width; out < end; out += 1) {
        target[out] = (data[i] ?? 0) * factor + shift;
        i += 3;
      }
    }
  }
}
