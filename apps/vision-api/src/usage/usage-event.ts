import { z } from 'zod';
import { SCOPES } from '../keys/scopes.js';

/** One answered request, as it travels through the queue. */
export const UsageEvent = z.strictObject({
  /** UUIDv7: makes recording idempotent, and keeps the index of the table compact. */
  eventId: z.uuidv7(),
  userId: z.uuid(),
  keyId: z.string(),
  operation: z.enum(SCOPES),
  /** The HTTP status of the answer; 499 where the client did not wait for it. */
  status: z.int().min(100).max(599),
  /** Milliseconds since the epoch. */
  occurredAt: z.int().positive(),
});

export type UsageEvent = z.infer<typeof UsageEvent>;

/** A job of the usage queue: what was answered in one short moment. */
export const UsageBatch = z.strictObject({ events: z.array(UsageEvent).min(1) });

export type UsageBatch = z.infer<typeof UsageBatch>;

/** The braces keep the queue's keys in one cluster slot, as BullMQ needs. */
export const USAGE_QUEUE = { name: 'usage', prefix: '{nomosly}' } as const;
