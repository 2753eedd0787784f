import { describe, expect, it } from '@jest/globals';
import { qualityOf } from './quality.js';

function square(paint: (x: number, y: number) => number) {
  const side = 192;
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1)
      data.fill(paint(x, y), (y * side + x) * 3, (y * side + x) * 3 + 3);
  }
  return { data, width: side, height: side };
}

describe('qualityOf', () => {
  it('calls black 0 and white 100 bright, and both not sharp at all', () => {
    const [black, white] = [
      qualityOf(
        square(() => 0),
        0.8,
      ),
      qualityOf(
        square(() => 255),
        0.8,
      ),
    ];
    expect(black).toEqual({ brightness: 0, sharpness: 0 });
    expect(white.brightness).toBeCloseTo(100, 3);
    expect(white.sharpness).toBeCloseTo(0, 3);
  });

  it('does not look outside the middle of the face', () => {
    // The face is the middle 128 pixels, four fifths of which count.
    const inside = (v: number) => Math.abs(v - 95.5) < 52;
    const framed = square((x, y) => (inside(x) && inside(y) ? 100 : (x * 37 + y * 91) % 256));
    expect(qualityOf(framed, 1)).toEqual(
      qualityOf(
        square(() => 100),
        1,
      ),
    );
  });

  it('finds a fine pattern sharper than a coarse or a faint one', () => {
    const waves = (period: number, contrast: number) =>
      qualityOf(
        square((x) => 128 + contrast * Math.sin((2 * Math.PI * x) / period)),
        0.8,
      ).sharpness;
    expect(waves(6, 40)).toBeGreaterThan(waves(12, 40));
    expect(waves(12, 40)).toBeGreaterThan(waves(12, 10));
  });
});
