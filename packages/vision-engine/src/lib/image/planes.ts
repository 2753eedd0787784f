import { type Raster } from './raster.js';

/** One number each for blue, green and red, in that order. */
export type Bgr = readonly [blue: number, green: number, red: number];

/** A tensor `[1, 3, height, width]`. */
export interface Planes {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Pixels as one plane per colour in the order blue, green, red (what nets trained with OpenCV
 * expect), each value `(v − mean) / deviation`. The image lies in the top left corner; where the
 * planes are larger, the rest is 0, the mean.
 */
export function toPlanesBgr(
  image: Raster,
  mean: Bgr,
  deviation: Bgr,
  size: { readonly width: number; readonly height: number } = image,
): Planes {
  const { data, width, height } = image;
  const target = new Float32Array(3 * size.width * size.height);
  for (let plane = 0; plane < 3; plane += 1) {
    const factor = 1 / (deviation[plane] ?? 1);
    const shift = -(mean[plane] ?? 0) * factor;
    let i = 2 - plane;
    for (let y = 0; y < height; y += 1) {
      let out = (plane * size.height + y) * size.width;
      for (const end = out + width; out < end; out += 1) {
        target[out] = (data[i] ?? 0) * factor + shift;
        i += 3;
      }
    }
  }
  return { data: target, width: size.width, height: size.height };
}
