import { describe, expect, it } from '@jest/globals';
import { Outputs } from '../runtime/session.js';
import { findFaces } from './find-faces.js';
import { type Net } from './net.js';

/** A net that always says the same, and counts how often it was asked. */
function saying(values: Readonly<Record<string, Float32Array>>): Net & { runs: number } {
  const byName = Object.fromEntries(
    Object.entries(values).map(([name, data]) => [name, { data, dims: [data.length] }]),
  );
  const net = {
    runs: 0,
    run: () => {
      net.runs += 1;
      return Promise.resolve(new Outputs('test', byName));
    },
  };
  return net;
}

/** So many boxes side by side, the surest first. */
function crowd(count: number) {
  const columns = Math.ceil(Math.sqrt(count));
  const boxes = Array.from({ length: count }, (_, i) => {
    const [left, top] = [(i % columns) / columns, Math.floor(i / columns) / columns];
    const size = 0.9 / columns;
    return [top, left, top + size, left + size];
  });
  return {
    boxes: Float32Array.from(boxes.flat()),
    scores: Float32Array.from({ length: count }, (_, i) => 0.99 - i * 0.001),
  };
}

const image = { data: new Uint8Array(640 * 640 * 3), width: 640, height: 640 };
const nobody = { boxes: new Float32Array(896 * 16), scores: new Float32Array(896) };

describe('findFaces', () => {
  it('looks at the hundred surest of a crowd and no more', async () => {
    const mesh = saying({ points: new Float32Array(468 * 3), score: Float32Array.of(1) });
    const found = await findFaces(image, {
      ssd: saying(crowd(250)),
      blaze: saying(nobody),
      mesh,
    });
    expect(found).toHaveLength(100);
    expect(mesh.runs).toBe(100);
    expect(Math.min(...found.map(({ face }) => face.confidence))).toBeCloseTo(89.1, 3);
  });

  it('does not look closer where no detector saw anything', async () => {
    const mesh = saying({ points: new Float32Array(468 * 3), score: Float32Array.of(1) });
    const found = await findFaces(image, { ssd: saying(nobody), blaze: saying(nobody), mesh });
    expect(found).toEqual([]);
    expect(mesh.runs).toBe(0);
  });
});
