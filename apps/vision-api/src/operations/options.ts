import { z } from 'zod';

/**
 * A number that may arrive as text, from a form or a query. Text has to be a plain decimal
 * number: `Number` alone would take an empty string for 0 and `0x10` for 16.
 */
const numeric = z.union(
  [
    z.number(),
    z
      .string()
      .regex(/^-?[\d.]+$/u, 'This has to be a number.')
      .transform(Number),
  ],
  'This has to be a number.',
);

/** A percentage, 0 to 100. */
export const percentage = numeric.pipe(
  z
    .number('This has to be a number.')
    .min(0, 'This has to be at least 0.')
    .max(100, 'This has to be at most 100.'),
);

/** A whole number of at least 1. */
export const count = numeric.pipe(
  z
    .number('This has to be a number.')
    .int('This has to be a whole number.')
    .min(1, 'This has to be at least 1.')
    .max(1000, 'This has to be at most 1000.'),
);
