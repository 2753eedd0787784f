import { describe, expect, it } from '@jest/globals';
import { type Affine } from '../geometry/affine.js';
import { averageDown, cutOut } from './crop.js';

/** Red grows to the right, green downwards: a pixel tells where it was. */
function gradient(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.set([x, y, 7], (y * width + x) * 3);
  }
  return { data, width, height };
}

const pixel = (raster: { data: Uint8Array; width: number }, x: number, y: number) => [
  ...raster.data.subarray((y * raster.width + x) * 3, (y * raster.width + x) * 3 + 3),
];

const zoom = (scale: number, left: number, top: number): Affine => ({
  a: scale,
  b: 0,
  tx: -left * scale,
  c: 0,
  d: scale,
  ty: -top * scale,
});

describe('cutOut', () => {
  const image = gradient(200, 150);

  it('copies pixels where nothing is scaled', () => {
    const square = cutOut(image, zoom(1, 30, 40), 20);
    expect(pixel(square, 0, 0)).toEqual([30, 40, 7]);
    expect(pixel(square, 19, 19)).toEqual([49, 59, 7]);
  });

  it.each([1.5, 2, 3, 4.7])(
    'puts every pixel where it belongs when it shrinks by %d',
    (shrink) => {
      const square = cutOut(image, zoom(1 / shrink, 20, 10), 25);
      for (const at of [0, 7, 24]) {
        const [red = NaN, green = NaN] = pixel(square, at, at);
        // The centre of pixel p of the square lies at (p + 1/2)·shrink − 1/2 from the corner.
        expect(Math.abs(red - (20 + (at + 0.5) * shrink - 0.5))).toBeLessThanOrEqual(1);
        expect(Math.abs(green - (10 + (at + 0.5) * shrink - 0.5))).toBeLessThanOrEqual(1);
      }
    },
  );

  it('puts every pixel where it belongs when it enlarges', () => {
    const square = cutOut(image, zoom(4, 50, 60), 40);
    const [red = NaN, green = NaN] = pixel(square, 20, 36);
    expect(Math.abs(red - (50 + 20.5 / 4 - 0.5))).toBeLessThanOrEqual(1);
    expect(Math.abs(green - (60 + 36.5 / 4 - 0.5))).toBeLessThanOrEqual(1);
  });

  it('turns the image against the angle of the map', () => {
    // A quarter turn about (100, 75): what was to the right of it comes to lie above it.
    const turned = cutOut(image, { a: 0, b: 1, tx: 20 - 75, c: -1, d: 0, ty: 20 + 100 }, 40);
    const [red = NaN, green = NaN] = pixel(turned, 20, 5);
    expect(Math.abs(red - 114)).toBeLessThanOrEqual(1);
    expect(Math.abs(green - 75)).toBeLessThanOrEqual(1);
  });

  it('is black outside the image', () => {
    const square = cutOut(image, zoom(0.5, -50, -50), 60);
    expect(pixel(square, 10, 10)).toEqual([0, 0, 0]);
    expect(pixel(square, 40, 40)[2]).toBe(7);
    expect(cutOut(image, zoom(0.3, 5000, 5000), 8).data.every((value) => value === 0)).toBe(
      true,
    );
  });

  it('averages detail instead of skipping it', () => {
    const stripes = gradient(200, 150);
    for (let i = 0; i < stripes.data.length; i += 1) {
      stripes.data[i] = Math.floor(i / 3) % 2 === 0 ? 0 : 200;
    }
    const square = cutOut(stripes, zoom(0.25, 0, 0), 30);
    expect(pixel(square, 15, 15)).toEqual([100, 100, 100]);
  });
});

describe('averageDown', () => {
  it('takes the mean of each block and leaves the rest out', () => {
    const image = {
      data: Uint8Array.from([10, 0, 0, 20, 0, 0, 99, 0, 0]),
      width: 3,
      height: 1,
    };
    const two = { ...image, data: Uint8Array.from([...image.data, ...image.data]), height: 2 };
    const small = averageDown(two, { left: 0, top: 0, right: 3, bottom: 2 }, 2);
    expect(small).toEqual({ data: Uint8Array.from([15, 0, 0]), width: 1, height: 1 });
  });

  it.each([2, 3, 4])(
    'rounds the mean of each colour in blocks of %d, off the corner',
    (factor) => {
      const width = 23;
      const height = 17;
      const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31) >> 4);
      const part = { left: 3, top: 2, right: 22, bottom: 17 };
      const small = averageDown({ data, width, height }, part, factor);
      expect([small.width, small.height]).toEqual([
        Math.floor(19 / factor),
        Math.floor(15 / factor),
      ]);
      const means = Array.from(small.data, (_, i) => {
        const x = part.left + (Math.floor(i / 3) % small.width) * factor;
        const y = part.top + Math.floor(i / 3 / small.width) * factor;
        let sum = 0;
        for (let j = 0; j < factor * factor; j += 1) {
          const at = (y + Math.floor(j / factor)) * width + x + (j % factor);
          sum += data[at * 3 + (i % 3)] ?? NaN;
        }
        return Math.round(sum / (factor * factor));
      });
      expect([...small.data]).toEqual(means);
    },
  );
});
