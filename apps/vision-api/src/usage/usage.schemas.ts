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

const span = {
  from: date.optional().describe('First UTC day; by default 29 days before the last.'),
  to: date.optional().describe('Last UTC day; by default today.'),
};

interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The days that are meant, where not both are named. */
function wholeSpan({ from, to = utcDate(Date.now()) }: Span): { from: string; to: string } {
  return {
    from: from ?? utcDate(Math.max(Date.parse(FIRST_DAY), Date.parse(to) - 29 * DAY_MS)),
    to,
  };
}

const isInOrder = ({ from, to }: { from: string; to: string }): boolean => from <= to;
const outOfOrder = { path: ['from'], message: 'The first day is after the last.' };

const isShort = ({ from, to }: { from: string; to: string }): boolean =>
  Date.parse(to) - Date.parse(from) < MAX_DAYS * DAY_MS;
const tooLong = { path: ['from'], message: `At most ${MAX_DAYS} days are answered at once.` };

export const UsageQuery = z
  .strictObject(span)
  .transform(wholeSpan)
  .refine(isInOrder, outOfOrder)
  .refine(isShort, tooLong);

/** As {@link UsageQuery}, of a customer who may ask about one of several keys. */
export const AccountUsageQuery = z
  .strictObject({ ...span, keyId: z.string().max(100).optional() })
  .transform(({ keyId, ...days }) => ({ ...wholeSpan(days), keyId }))
  .refine(isInOrder, outOfOrder)
  .refine(isShort, tooLong);

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

export const AccountUsageAnswer = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    days: z
      .array(
        z.object({
          date: z.iso.date(),
          keyId: z.string(),
          operation: z.string(),
          requests: z.int(),
          errors: z.int().describe('Those of them that were answered with an error.'),
        }),
      )
      .describe(
        'What has been recorded, usually within a second; days without use are absent.',
      ),
    today: z
      .object({
        resetAt: z.iso.datetime().describe('When the counts start again.'),
        keys: z.array(z.object({ keyId: z.string(), limit: z.int(), used: z.int() })),
      })
      .describe('Where the keys stand at this moment: those that work, or were used today.'),
    requestId: z.string(),
  })
  .meta({ id: 'AccountUsageAnswer' });

export type AccountUsageAnswer = z.infer<typeof AccountUsageAnswer>;
