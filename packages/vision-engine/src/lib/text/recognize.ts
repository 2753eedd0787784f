import { halfTurn, quarterTurn, type RotatedBox } from '../geometry/rotated-box.js';
import { type Bgr, toPlanesBgr } from '../image/planes.js';
import { type Raster } from '../image/raster.js';
import { resize } from '../image/resize.js';
import { type ModelSession } from '../runtime/session.js';
import { decodeCtc } from './ctc.js';
import { cutStrip, STRIP_HEIGHT } from './strip.js';
import { assembleLine, type ReadLine } from './words.js';

/** Both nets take pixels as −1..1. */
const MEAN: Bgr = [127.5, 127.5, 127.5];
const DEVIATION: Bgr = MEAN;

/** A box this much taller than wide holds a line that runs downwards. */
const VERTICAL_RATIO = 1.5;

/**
 * Shorter strips are filled up to this. The training filled them up to 320 pixels, which costs a
 * short word three times the time and, on rendered lines, reads no better.
 */
const LEAST_WIDTH = 96;

/** Pixels of a strip a time step stands for. */
const STEP = 8;

const CLASSIFIER_WIDTH = 192;

/** The classifier has to be this sure before a line is turned round. */
const TURNED_THRESHOLD = 0.9;

/** A line read with this confidence is the right way up: upside down, letters make no sense. */
const SURE_READING = 0.85;

/** The nets that read a line, and the characters they know. */
export interface Recognizer {
  readonly recognize: ModelSession;
  readonly classify: ModelSession;
  readonly characters: readonly string[];
}

/**
 * Reads the text in a box. Only where the reading is doubtful is the classifier asked whether the
 * line is upside down, and the line read again.
 *
 * @returns undefined when there is none.
 */
export async function recognizeLine(
  nets: Recognizer,
  image: Raster,
  found: RotatedBox,
): Promise<ReadLine | undefined> {
  const box = found.height / found.width >= VERTICAL_RATIO ? quarterTurn(found) : found;
  const strip = cutStrip(image, box);
  const line = await readStrip(nets, strip, box);
  if (line !== undefined && line.confidence >= SURE_READING) return line;
  if (!(await isUpsideDown(nets.classify, strip))) return line;
  const turned = halfTurn(box);
  return readStrip(nets, cutStrip(image, turned), turned);
}

async function readStrip(
  nets: Recognizer,
  strip: Raster,
  box: RotatedBox,
): Promise<ReadLine | undefined> {
  const width = Math.max(LEAST_WIDTH, Math.ceil(strip.width / STEP) * STEP);
  const planes = toPlanesBgr(strip, MEAN, DEVIATION, { width, height: STRIP_HEIGHT });
  const outputs = await nets.recognize.run(planes.data, [1, 3, STRIP_HEIGHT, width]);
  const { data, dims } = outputs.single();
  const steps = dims[1] ?? 0;
  const glyphs = decodeCtc(data, 0, steps, nets.characters);
  return assembleLine(glyphs, box, (steps * strip.width) / width);
}

async function isUpsideDown(classify: ModelSession, strip: Raster): Promise<boolean> {
  const fitted =
    strip.width > CLASSIFIER_WIDTH
      ? await resize(strip, CLASSIFIER_WIDTH, STRIP_HEIGHT)
      : strip;
  const size = { width: CLASSIFIER_WIDTH, height: STRIP_HEIGHT };
  const planes = toPlanesBgr(fitted, MEAN, DEVIATION, size);
  const outputs = await classify.run(planes.data, [1, 3, size.height, size.width]);
  return (outputs.single().data[1] ?? 0) > TURNED_THRESHOLD;
}
