import { type Raster } from '../image/raster.js';
import { type Letterbox, letterbox } from '../image/resize.js';
import { averageDown } from './crop.js';

/** Side of the square that the SSD detector looks at. */
export const SSD_SIDE = 512;
/** Side of the square that the BlazeFace detector looks at: half of it. */
export const BLAZE_SIDE = SSD_SIDE / 2;

/** An image and the squares in which the two detectors look at it. */
export interface FaceViews {
  readonly image: Raster;
  /** The image in the top left corner of a black square. */
  readonly ssd: Letterbox;
  /** The image in the middle of a black square. */
  readonly blaze: Letterbox;
}

export async function viewsOf(image: Raster): Promise<FaceViews> {
  const ssd = await letterbox(image, SSD_SIDE, 'top-left');
  return { image, ssd, blaze: halveAndCentre(ssd, image) };
}

/** The smaller square from the larger one: another look at the whole image would cost more. */
function halveAndCentre(square: Letterbox, image: Raster): Letterbox {
  // What the image takes of the square, to the next even pixel: the rest is black.
  const evenly = (length: number): number =>
    Math.min(SSD_SIDE, 2 * Math.ceil((length * square.scale) / 2));
  const part = { left: 0, top: 0, right: evenly(image.width), bottom: evenly(image.height) };
  const halved = averageDown(square, part, 2);
  const offsetX = (BLAZE_SIDE - halved.width) >> 1;
  const offsetY = (BLAZE_SIDE - halved.height) >> 1;
  const data = new Uint8Array(BLAZE_SIDE * BLAZE_SIDE * 3);
  const row = halved.width * 3;
  for (let y = 0; y < halved.height; y += 1) {
    const to = ((y + offsetY) * BLAZE_SIDE + offsetX) * 3;
    data.set(halved.data.subarray(y * row, (y + 1) * row), to);
  }
  const scale = square.scale / 2;
  return { data, width: BLAZE_SIDE, height: BLAZE_SIDE, scale, offsetX, offsetY };
}
