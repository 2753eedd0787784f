import { isIP } from 'node:net';

import type { JsonValue } from '@nomo/security-core/hash-chain';
import { z } from 'zod';

/** 64 KB, counted in the canonical bytes: what tells a change of state is not a document. */
export const largestBody = 65_536;

const id = z.string().min(1).max(256);

/** What an outbox row holds, as canonical JSON. Its tenant and event id are the row's columns. */
export const EventBody = z.strictObject({
  occurredAt: z.iso.datetime({ precision: 3 }),
  action: z
    .string()
    .max(128)
    .regex(/^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/u),
  actor: z.strictObject({
    type: z.enum(['user', 'api_key', 'application', 'service', 'operator']),
    id,
  }),
  target: z.strictObject({
    type: z
      .string()
      .max(64)
      .regex(/^[a-z][a-z0-9_]*$/u),
    id,
  }),
  details: z.record(z.string(), z.json()),
  requestId: z.string().min(1).max(256).optional(),
  ip: z
    .string()
    .refine((text) => isIP(text) !== 0)
    .optional(),
  userAgent: z.string().max(512).optional(),
});

/** An event without its place: what is written at once, and chained later. */
export type EventBody = z.infer<typeof EventBody>;

/** Where the event stands: what the chain adds to its body. */
export interface EventPlace {
  readonly tenantId: string;
  readonly seq: number;
  readonly eventId: string;
}

/** What is hashed of an event: all of it, and its place. */
export function chainEntry({ tenantId, seq, eventId }: EventPlace, body: EventBody): JsonValue {
  return { ...body, tenantId, seq, eventId } as JsonValue;
}
