import { z } from 'zod';
import { count, percentage } from './options.js';

/**
 * What the four operations take and answer, as api contracts: the OpenAPI document is made
 * of these.
 */

const fraction = z.number().describe('A fraction of the upright image, 0..1.');
const confidence = z.number().min(0).max(100).describe('0..100.');

const BoundingBox = z
  .object({ left: fraction, top: fraction, width: fraction, height: fraction })
  .meta({ id: 'BoundingBox' });

const Point = z.object({ x: fraction, y: fraction }).meta({ id: 'Point' });

const ImageSize = z
  .object({ width: z.int().describe('Pixels.'), height: z.int().describe('Pixels.') })
  .meta({ id: 'ImageSize', description: 'The image after its EXIF orientation was applied.' });

const Face = z
  .object({
    boundingBox: BoundingBox,
    confidence,
    landmarks: z
      .array(z.object({ type: z.string(), x: fraction, y: fraction }))
      .describe(
        'Thirty points, named as in Amazon Rekognition: eyeLeft, nose, mouthRight, chinBottom …; ' +
          'left and right as the viewer sees them.',
      ),
    pose: z
      .object({ roll: z.number(), yaw: z.number(), pitch: z.number() })
      .describe(
        'Degrees. Roll: the head tilts clockwise; yaw: the nose points to the right of the image; ' +
          'pitch: it points up.',
      ),
    quality: z.object({
      brightness: z
        .number()
        .min(0)
        .max(100)
        .describe('Mean luma (BT.709) of the face, 0 black to 100 white.'),
      sharpness: z
        .number()
        .min(0)
        .max(100)
        .describe(
          'From the variance v of the Laplacian over the face at one size: 100 v / (v + 20).',
        ),
    }),
  })
  .meta({ id: 'Face' });

const requestId = z.string().describe('Quote it when you report a problem.');

export const DetectFacesAnswer = z
  .object({ faces: z.array(Face), image: ImageSize, requestId })
  .meta({ id: 'DetectFacesAnswer' });

export const CompareFacesAnswer = z
  .object({
    source: Face,
    matches: z.array(z.object({ similarity: confidence, face: Face })),
    unmatched: z.array(Face),
    requestId,
  })
  .meta({ id: 'CompareFacesAnswer' });

export const DetectLabelsAnswer = z
  .object({
    labels: z.array(
      z.object({
        name: z.string(),
        confidence,
        parents: z.array(z.string()),
        categories: z.array(z.string()),
        aliases: z.array(z.string()).describe('Other names of the same thing.'),
        instances: z.array(z.object({ boundingBox: BoundingBox, confidence })),
      }),
    ),
    image: ImageSize,
    requestId,
  })
  .meta({ id: 'DetectLabelsAnswer' });

export const DetectTextAnswer = z
  .object({
    texts: z.array(
      z.object({
        id: z.int(),
        type: z.enum(['line', 'word']),
        text: z.string(),
        confidence,
        parentId: z.int().nullable().describe('The line a word belongs to.'),
        boundingBox: BoundingBox,
        polygon: z.array(Point),
      }),
    ),
    image: ImageSize,
    requestId,
  })
  .meta({ id: 'DetectTextAnswer' });

export const DetectFacesOptions = z.strictObject({});
export const CompareFacesOptions = z.strictObject({
  similarityThreshold: percentage
    .default(80)
    .describe('Faces of the target at least this similar are matches.'),
});
export const DetectLabelsOptions = z.strictObject({
  minConfidence: percentage.default(55).describe('Labels below this are left out.'),
  maxLabels: count.optional().describe('At most so many labels, the most confident.'),
});
export const DetectTextOptions = z.strictObject({
  minConfidence: percentage.default(50).describe('Lines and words below this are left out.'),
});
