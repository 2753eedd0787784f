import { z } from 'zod';

/** A week: long enough to exchange a secret wherever it is. */
export const LONGEST_GRACE = 7 * 86_400;

/** What a rotation of a secret is asked with. Without a body it is what it is by default. */
export const RotateSecret = z
  .strictObject({
    graceSeconds: z
      .int()
      .min(0)
      .max(LONGEST_GRACE)
      .default(86_400)
      .describe('For how long the old secret goes on working; 0 ends it at once.'),
  })
  .prefault({})
  .meta({ id: 'RotateSecret' });
export type RotateSecret = z.infer<typeof RotateSecret>;
