/**
 * A picture of soft coloured blotches under grain: enough of everything for a network to
 * have something to say, and the same bytes for the same seed on every machine.
 *
 * @returns RGB bytes, interleaved, `height * width * 3` of them.
 */
export function noisePicture(seed: number, height: number, width: number): Uint8Array {
  const random = mulberry32(seed);
  const cells = 9;
  const grid = Array.from({ length: cells * cells * 3 }, () => random() * 255);
  const at = (row: number, column: number, channel: number): number =>
    grid[(row * cells + column) * 3 + channel] ?? 0;
  const picture = new Uint8Array(height * width * 3);
  let position = 0;
  for (let y = 0; y < height; y += 1) {
    const v = (y / height) * (cells - 1);
    const row = Math.floor(v);
    for (let x = 0; x < width; x += 1) {
      const u = (x / width) * (cells - 1);
      const column = Math.floor(u);
      for (let channel = 0; channel < 3; channel += 1) {
        const top = mix(at(row, column, channel), at(row, column + 1, channel), u - column);
        const bottom = mix(
          at(row + 1, column, channel),
          at(row + 1, column + 1, channel),
          u - column,
        );
        const blotch = mix(top, bottom, v - row);
        picture[position] = Math.min(255, Math.max(0, blotch + (random() - 0.5) * 60));
        position += 1;
      }
    }
  }
  return picture;
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

/** Tommy Ettinger's 32-bit generator: small, seeded, and good enough for pictures. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
