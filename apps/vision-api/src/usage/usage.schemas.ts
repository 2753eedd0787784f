import { z } from 'zod';

const DAY_MS = 86_400_000;
/** The longest span that is answered at once: a year and a day. */
const MAX_DAYS = 366;

/** Nothing can have been recorded before this. */
const FIRST_DAY = '2020-01-01';

const date = z.iso
  .date('This has to be a date, as 2026-01-31.')
  .refine((day) => day >= FIRST_DAY, `This has to be ${FIRST_DAY} or later.`);

const utcDate = (time: number): string => new Date(time).toISOString().slice(0, 10);

export const UsageQuery = z
  .strictObject({
    from: date.optional().describe('First UTC day; by default 29 days before the last.'),
    to: date.optional().describe('Last UTC day; by default today.'),
  })
  .transform(({ from, to = utcDate(Date.now()) }) => ({
    from: from ?? utcDate(Math.max(Date.parse(FIRST_DAY), Date.parse(to) - 29 * DAY_MS)),
    to,
  }))
  .refine(({ from, to }) => from <= to, {
    path: ['from'],
    message: 'The first day is after the last.',
  })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < MAX_DAYS * DAY_MS, {
    path: ['from'],
    message: `At most ${MAX_DAYS} days are answered at once.`,
  });

export type UsageQuery = z.infer<typeof UsageQuery>;

export const UsageAnswer = z
  .object({
    keyId: z.string(),
    from: z.iso.date(),
    to: z.iso.date(),
    quota: z
      .object({
        limit: z.int().describe('Requests that the key may make in a UTC day.'),
        used: z.int(),
        remaining: z.int(),
        resetAt: z.iso.datetime().describe('When the count starts again.'),
      })
      .describe('Where the key stands at this moment.'),
    days: z
      .array(
        z.object({
          date: z.iso.date(),
          operation: z.string(),
          requests: z.int(),
          errors: z.int().describe('Those of them that were answered with an error.'),
        }),
      )
      .describe(
        'What has been recorded, usually within a second; days without use are absent.',
      ),
    requestId: z.string(),
  })
  .meta({ id: 'UsageAnswer' });

export type UsageAnswer = z.infer<typeof UsageAnswer>;
