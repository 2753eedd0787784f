import { readFile } from 'node:fs/promises';
import { textCharactersPath } from '@nomo/vision-models';
import { type Point, type TextDetection } from '../../types.js';
import { cornersOf, type RotatedBox } from '../geometry/rotated-box.js';
import { type Raster } from '../image/raster.js';
import { type Models } from '../runtime/models.js';
import { withinBudget } from './budget.js';
import { detectLines } from './detect.js';
import { joinLines } from './join-lines.js';
import { inReadingOrder } from './reading-order.js';
import { recognizeLine, type Recognizer } from './recognize.js';
import { type ReadLine } from './words.js';

/** Reads the text in an image. */
export interface TextPipeline {
  detect(
    image: Raster,
    options: { readonly minConfidence: number },
  ): Promise<readonly TextDetection[]>;
  /** Runs each net once. */
  warmUp(): Promise<void>;
}

/** Detector, recogniser and direction classifier of PP-OCRv4. */
export async function createTextPipeline(models: Models): Promise<TextPipeline> {
  const detector = models.get('text-detect');
  const nets: Recognizer = {
    recognize: models.get('text-recognize'),
    classify: models.get('text-classify'),
    characters: await readCharacters(),
  };
  return {
    async detect(image, { minConfidence }) {
      const boxes = withinBudget(await detectLines(detector, image));
      const lines: ReadLine[] = [];
      for (const box of boxes) {
        const line = await recognizeLine(nets, image, box);
        if (line !== undefined && line.confidence * 100 >= minConfidence) lines.push(line);
      }
      return toDetections(joinLines(inReadingOrder(lines)), image, minConfidence);
    },
    async warmUp() {
      const blank: Raster = { data: new Uint8Array(320 * 320 * 3), width: 320, height: 320 };
      await detectLines(detector, blank);
      // Nothing can be read on a blank image, so the classifier is asked as well.
      const anywhere = { x: 160, y: 160, width: 160, height: 40, directionX: 1, directionY: 0 };
      await recognizeLine(nets, blank, anywhere);
    },
  };
}

/** What each class of the recogniser stands for: the blank, the characters, the space. */
async function readCharacters(): Promise<readonly string[]> {
  const file = await readFile(textCharactersPath(), 'utf8');
  return ['', ...file.replace(/\n$/, '').split('\n'), ' '];
}

/** Numbers lines and words, lines first, and turns pixels into fractions. */
function toDetections(
  lines: readonly ReadLine[],
  image: Raster,
  minConfidence: number,
): readonly TextDetection[] {
  const detections: TextDetection[] = lines.map((line, id) => ({
    id,
    type: 'line',
    text: line.text,
    confidence: line.confidence * 100,
    parentId: null,
    ...placeOf(line.box, image),
  }));
  for (const [parentId, line] of lines.entries()) {
    for (const word of line.words) {
      if (word.confidence * 100 < minConfidence) continue;
      detections.push({
        id: detections.length,
        type: 'word',
        text: word.text,
        confidence: word.confidence * 100,
        parentId,
        ...placeOf(word.box, image),
      });
    }
  }
  return detections;
}

function placeOf(
  box: RotatedBox,
  image: Raster,
): Pick<TextDetection, 'boundingBox' | 'polygon'> {
  const polygon = cornersOf(box).map((corner): Point => ({
    x: clamp(corner.x / image.width),
    y: clamp(corner.y / image.height),
  }));
  const xs = polygon.map((p) => p.x);
  const ys = polygon.map((p) => p.y);
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  return {
    boundingBox: {
      left,
      top,
      width: Math.max(...xs) - left,
      height: Math.max(...ys) - top,
    },
    polygon,
  };
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}
