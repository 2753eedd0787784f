import { serviceEnvironment } from '@nomo/service-kit';
import { z } from 'zod';

/** Every environment variable this service reads, with a sentence each. */
export const environment = serviceEnvironment({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe('PostgreSQL connection string of the vision database.'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .describe('Redis connection string: limits, key records and the usage queue.'),
  RATE_LIMIT_PER_SECOND: z.coerce
    .number()
    .positive()
    .default(20)
    .describe('Requests per second that the whole service sustains.'),
  RATE_LIMIT_BURST: z.coerce
    .number()
    .int()
    .positive()
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
});

/** The environment, checked. Injected as the kit's `CONFIG`. */
export type Config = z.output<typeof environment>;
