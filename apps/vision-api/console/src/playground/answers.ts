import { z } from 'zod';

/** What the operations answer, as far as it is drawn. All coordinates are fractions of the upright image. */

const point = z.object({ x: z.number(), y: z.number() });
const box = z.object({
  left: z.number(),
  top: z.number(),
  width: z.number(),
  height: z.number(),
});
const face = z.object({
  boundingBox: box,
  confidence: z.number(),
  landmarks: z.array(point.extend({ type: z.string() })),
  pose: z.object({ roll: z.number(), yaw: z.number(), pitch: z.number() }),
  quality: z.object({ brightness: z.number(), sharpness: z.number() }),
});

export const FacesAnswer = z.object({ faces: z.array(face) });
export const CompareAnswer = z.object({
  source: face,
  matches: z.array(z.object({ similarity: z.number(), face })),
  unmatched: z.array(face),
});
export const LabelsAnswer = z.object({
  labels: z.array(
    z.object({
      name: z.string(),
      confidence: z.number(),
      parents: z.array(z.string()),
      instances: z.array(z.object({ boundingBox: box, confidence: z.number() })),
    }),
  ),
});
export const TextAnswer = z.object({
  texts: z.array(
    z.object({
      id: z.number(),
      type: z.enum(['line', 'word']),
      text: z.string(),
      confidence: z.number(),
      parentId: z.number().nullable(),
      polygon: z.array(point),
    }),
  ),
});

export type Point = z.infer<typeof point>;
export type Box = z.infer<typeof box>;
export type Face = z.infer<typeof face>;
