import { z } from 'zod';

/** More is read by paging. */
const MOST = 200;

export const AuditTrailQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MOST).default(50),
  before: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
});

export type AuditTrailQuery = z.infer<typeof AuditTrailQuery>;

const party = z.object({ type: z.string(), id: z.string() });

export const AuditTrailAnswer = z.object({
  events: z.array(
    z.object({
      seq: z.int(),
      eventId: z.string(),
      occurredAt: z.iso.datetime(),
      action: z.string(),
      actor: party,
      target: party,
      details: z.record(z.string(), z.unknown()),
      requestId: z.string().nullable(),
      ip: z.string().nullable(),
      userAgent: z.string().nullable(),
    }),
  ),
  nextBefore: z.int().nullable(),
  requestId: z.string(),
});

export type AuditTrailAnswer = z.infer<typeof AuditTrailAnswer>;

export const VerificationAnswer = z.object({
  status: z.enum(['verified', 'broken', 'pending']),
  events: z.int(),
  /** The number of the first event that is not as it was. */
  firstBad: z.int().nullable(),
  checkedAt: z.iso.datetime(),
  requestId: z.string(),
});

export type VerificationAnswer = z.infer<typeof VerificationAnswer>;
