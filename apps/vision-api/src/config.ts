import { serviceEnvironment } from '@nomo/service-kit';
import { z } from 'zod';

const MEBIBYTE = 1024 * 1024;

const variables = serviceEnvironment({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe('PostgreSQL connection string of the vision database.'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .describe('Redis connection string: limits, key records and the usage queue.'),
  RATE_LIMIT_PER_SECOND: z.coerce
    .number()
    .min(0.01)
    .max(1_000_000)
    .default(20)
    .describe('Requests per second that the whole service sustains.'),
  RATE_LIMIT_BURST: z.coerce
    .number()
    .int()
    .positive()
    .max(1_000_000_000)
    .default(50)
    .describe('Requests that may arrive at once before the rate applies.'),
  DAILY_QUOTA: z.coerce
    .number()
    .int()
    .positive()
    .default(100_000)
    .describe('Requests that one API key may make in a UTC day.'),
  ENGINE_WORKERS: z.coerce
    .number()
    .int()
    .positive()
    .max(64)
    .optional()
    .describe('Worker threads of the vision engine; by default one a core, as memory allows.'),
  ENGINE_QUEUE_LIMIT: z.coerce
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('Requests that may wait for a worker before the service answers 503.'),
  ENGINE_DEADLINE_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(20_000)
    .describe(
      'Milliseconds after which a request that still waits for the engine is given up.',
    ),
  UPLOAD_MEMORY_BYTES: z.coerce
    .number()
    .int()
    .min(64 * MEBIBYTE)
    .default(512 * MEBIBYTE)
    .describe(
      'Memory that requests with images may hold at once; beyond it the service answers 503.',
    ),
});

/** The limits' own bound: a bucket that takes longer to fill is a quota. */
const SECONDS_A_YEAR = 365 * 86_400;

/** Every environment variable this service reads, with a sentence each. */
export const environment = variables.check(({ value, issues }) => {
  if (value.RATE_LIMIT_BURST / value.RATE_LIMIT_PER_SECOND > SECONDS_A_YEAR) {
    issues.push({
      code: 'custom',
      path: ['RATE_LIMIT_BURST'],
      message: 'has to be regained within a year at RATE_LIMIT_PER_SECOND',
      input: undefined,
    });
  }
});

/** The environment, checked. Injected as the kit's `CONFIG`. */
export type Config = z.output<typeof environment>;
