import { type Raster } from '../image/raster.js';
import { type Letterbox, letterbox } from '../image/resize.js';

/** Side of the square that the SSD detector looks at. */
export const SSD_SIDE = 512;
/** Side of the square that the BlazeFace detector looks at. */
export const BLAZE_SIDE = 256;

/** A copy of the image at `scale` times its size. */
export interface View {
  readonly raster: Raster;
  readonly scale: number;
}

/**
 * The copies of one image that finding its faces needs, each made once: the two squares of the
 * detectors, and halvings from which faces are cut out. Cutting a large face out of a halving
 * reads a quarter of the pixels for the same result, averaging included.
 */
export class FaceViews {
  readonly #halvings: View[];

  private constructor(
    readonly image: Raster,
    /** The image in the top left corner of a black square, for the SSD. */
    readonly ssd: Letterbox,
  ) {
    this.#halvings = [{ raster: image, scale: 1 }];
  }

  static async of(image: Raster): Promise<FaceViews> {
    return new FaceViews(image, await letterbox(image, SSD_SIDE, 'top-left'));
  }

  /** The image in the middle of a black square, for BlazeFace: the SSD's square, halved. */
  blaze(): Letterbox {
    const { raster } = halve({ raster: this.ssd, scale: 1 });
    const scale = this.ssd.scale / 2;
    const width = Math.ceil((this.image.width * this.ssd.scale) / 2);
    const height = Math.ceil((this.image.height * this.ssd.scale) / 2);
    const offsetX = Math.max(0, (BLAZE_SIDE - width) >> 1);
    const offsetY = Math.max(0, (BLAZE_SIDE - height) >> 1);
    const data = new Uint8Array(BLAZE_SIDE * BLAZE_SIDE * 3);
    const rowBytes = (BLAZE_SIDE - offsetX) * 3;
    for (let y = 0; y < BLAZE_SIDE - offsetY; y += 1) {
      const from = y * BLAZE_SIDE * 3;
      const to = ((y + offsetY) * BLAZE_SIDE + offsetX) * 3;
      data.set(raster.data.subarray(from, from + rowBytes), to);
    }
    return { data, width: BLAZE_SIDE, height: BLAZE_SIDE, scale, offsetX, offsetY };
  }

  /** The smallest halving that still has `scale` times the image's detail. */
  withDetail(scale: number): View {
    let level = 0;
    while (0.5 ** (level + 1) >= scale) level += 1;
    return this.#halving(level);
  }

  #halving(level: number): View {
    let view = this.#halvings[level];
    if (view === undefined) {
      view = halve(this.#halving(level - 1));
      this.#halvings[level] = view;
    }
    return view;
  }
}

/** Means of squares of two by two pixels. An odd last row or column is left out. */
function halve({ raster, scale }: View): View {
  const { data, width: sourceWidth } = raster;
  const width = sourceWidth >> 1;
  const height = raster.height >> 1;
  const halved = new Uint8Array(width * height * 3);
  const row = sourceWidth * 3;
  let out = 0;
  for (let y = 0; y < height; y += 1) {
    let i = 2 * y * row;
    for (let x = 0; x < width; x += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        const sum =
          (data[i] ?? 0) + (data[i + 3] ?? 0) + (data[i + row] ?? 0) + (data[i + row + 3] ?? 0);
        halved[out] = (sum + 2) >> 2;
        out += 1;
        i += 1;
      }
      i += 3;
    }
  }
  return { raster: { data: halved, width, height }, scale: scale / 2 };
}
