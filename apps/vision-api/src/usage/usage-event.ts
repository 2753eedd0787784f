import { z } from 'zod';
import { SCOPES, type Scope } from '../keys/scopes.js';

/** One answered request. */
export interface UsageEvent {
  /** UUIDv7: makes recording idempotent, and keeps the index of the table compact. */
  readonly eventId: string;
  readonly userId: string;
  readonly keyId: string;
  readonly operation: Scope;
  /** The HTTP status of the answer; 499 where the client did not wait for it. */
  readonly status: number;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
}

/** A job holds a bounded number of events, so that it is a small part of one transaction. */
export const MOST_EVENTS_A_JOB = 500;

/**
 * A job of the usage queue: what was answered in one short moment. Short names and lists, as
 * every request makes Redis keep one row, and who asked for what repeats itself.
 */
const UsageBatch = z.strictObject({
  /** Customer, key and operation. */
  of: z.array(z.tuple([z.uuid(), z.string(), z.enum(SCOPES)])),
  /** Event id, index in `of`, status, time. */
  rows: z
    .array(
      z.tuple([
        z.uuidv7(),
        z.int().nonnegative(),
        z.int().min(100).max(599),
        z.int().positive().max(8_640_000_000_000_000),
      ]),
    )
    .min(1)
    .max(MOST_EVENTS_A_JOB),
});

export type UsageBatch = z.infer<typeof UsageBatch>;

/** The braces keep the queue's keys in one cluster slot, as BullMQ needs. */
export const USAGE_QUEUE = { name: 'usage', prefix: '{nomosly}' } as const;

/** Events as a job holds them. */
export function encodeBatch(events: readonly UsageEvent[]): UsageBatch {
  const of: UsageBatch['of'] = [];
  const indices = new Map<string, number>();
  const rows = events.map(
    ({ eventId, userId, keyId, operation, status, occurredAt }): UsageBatch['rows'][number] => {
      const name = `${userId} ${keyId} ${operation}`;
      let index = indices.get(name);
      if (index === undefined) {
        index = of.push([userId, keyId, operation]) - 1;
        indices.set(name, index);
      }
      return [eventId, index, status, occurredAt];
    },
  );
  return { of, rows };
}

/** The events of a job; `undefined` for anything that this service did not put there. */
export function decodeBatch(data: unknown): UsageEvent[] | undefined {
  const batch = UsageBatch.safeParse(data);
  if (!batch.success) return undefined;
  const { of, rows } = batch.data;
  const events: UsageEvent[] = [];
  for (const [eventId, index, status, occurredAt] of rows) {
    const owner = of[index];
    if (owner === undefined) return undefined;
    const [userId, keyId, operation] = owner;
    events.push({ eventId, userId, keyId, operation, status, occurredAt });
  }
  return events;
}
