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

/** The smaller square from the larger one: a second look at the whole image costs more. */
function halveAndCentre(square: Letterbox, image: Raster): Letterbox {
  const whole = { left: 0, top: 0, right: square.width, bottom: square.height };
  const halved = averageDown(square, whole, 2);
  const scale = square.scale / 2;
  const free = (length: number): number =>
    Math.max(0, Math.floor((BLAZE_SIDE - Math.ceil(length * scale)) / 2));
  const offsetX = free(image.width);
  const offsetY = free(image.height);
  const data = new Uint8Array(halved.data.length);
  const bytes = (BLAZE_SIDE - offsetX) * 3;
  for (let y = 0; y < BLAZE_SIDE - offsetY; y += 1) {
    const from = y * BLAZE_SIDE * 3;
    const to = ((y + offsetY) * BLAZE_SIDE + offsetX) * 3;
    data.set(halved.data.subarray(from, from + bytes), to);
  }
  return { data, width: BLAZE_SIDE, height: BLAZE_SIDE, scale, offsetX, offsetY };
}
