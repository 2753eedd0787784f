import { type Affine, invert } from '../geometry/affine.js';
import { type Raster } from './raster.js';

/** Samples per pixel and axis, at most, when the warp shrinks: beyond 4 nothing is gained. */
const MAX_SAMPLES = 4;

/**
 * Draws `source` through `map` (source position → target position) into a new image of the given
 * size: bilinear, with several samples a pixel where it shrinks, so that detail is averaged
 * instead of skipped. What lies outside the source is black, or repeats its nearest edge.
 */
export function warp(
  source: Raster,
  map: Affine,
  width: number,
  height: number,
  outside: 'black' | 'edge' = 'black',
): Raster {
  const target = new Uint8Array(width * height * 3);
  const { data, width: sourceWidth, height: sourceHeight } = source;
  const back = invert(map);
  const shrink = Math.sqrt(Math.abs(back.a * back.d - back.b * back.c));
  const samples = Math.min(MAX_SAMPLES, Math.max(1, Math.round(shrink)));
  const share = 1 / (samples * samples);
  const black = outside === 'black';
  // The rightmost column and lowest row have no neighbour to blend with; staying a hair short of
  // them keeps the four reads below inside the image.
  const maxX = Math.max(0, sourceWidth - 1.001);
  const maxY = Math.max(0, sourceHeight - 1.001);
  const stepRight = sourceWidth > 1 ? 3 : 0;
  const stepDown = sourceHeight > 1 ? sourceWidth * 3 : 0;
  let out = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let sy = 0; sy < samples; sy += 1) {
        const py = y + (sy + 0.5) / samples - 0.5;
        for (let sx = 0; sx < samples; sx += 1) {
          const px = x + (sx + 0.5) / samples - 0.5;
          let fx = back.a * px + back.b * py + back.tx;
          let fy = back.c * px + back.d * py + back.ty;
          if (black && (fx < -1 || fy < -1 || fx > sourceWidth || fy > sourceHeight)) continue;
          fx = fx < 0 ? 0 : fx > maxX ? maxX : fx;
          fy = fy < 0 ? 0 : fy > maxY ? maxY : fy;
          const left = fx | 0;
          const top = fy | 0;
          const dx = fx - left;
          const dy = fy - top;
          const topLeft = (1 - dx) * (1 - dy);
          const topRight = dx * (1 - dy);
          const lowLeft = (1 - dx) * dy;
          const lowRight = dx * dy;
          const i = (top * sourceWidth + left) * 3;
          const j = i + stepRight;
          const k = i + stepDown;
          const l = k + stepRight;
          red +=
            (data[i] ?? 0) * topLeft +
            (data[j] ?? 0) * topRight +
            (data[k] ?? 0) * lowLeft +
            (data[l] ?? 0) * lowRight;
          green +=
            (data[i + 1] ?? 0) * topLeft +
            (data[j + 1] ?? 0) * topRight +
            (data[k + 1] ?? 0) * lowLeft +
            (data[l + 1] ?? 0) * lowRight;
          blue +=
            (data[i + 2] ?? 0) * topLeft +
            (data[j + 2] ?? 0) * topRight +
            (data[k + 2] ?? 0) * lowLeft +
            (data[l + 2] ?? 0) * lowRight;
        }
      }
      target[out] = red * share + 0.5;
      target[out + 1] = green * share + 0.5;
      target[out + 2] = blue * share + 0.5;
      out += 3;
    }
  }
  return { data: target, width, height };
}

/** Cuts a pixel rectangle out and scales it to the given size. Black where it leaves the source. */
export function cropTo(
  source: Raster,
  box: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  },
  width: number,
  height: number,
): Raster {
  const sx = width / box.width;
  const sy = height / box.height;
  // Pixel centres are whole numbers, edges are halves: hence the two half pixels.
  return warp(
    source,
    {
      a: sx,
      b: 0,
      tx: (0.5 - box.x) * sx - 0.5,
      c: 0,
      d: sy,
      ty: (0.5 - box.y) * sy - 0.5,
    },
    width,
    height,
  );
}
