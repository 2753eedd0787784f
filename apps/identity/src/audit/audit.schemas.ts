import { z } from 'zod';
import { pageOf, pageQueryBy } from '../management/pagination.js';
import { type AuditRow } from './audit-events.repository.js';

const party = z.object({ type: z.string(), id: z.string() });

export const AuditEventAnswer = z
  .object({
    id: z.uuid(),
    seq: z.int().describe('Its place in the chain of the organization, over both modes.'),
    action: z.string(),
    actor: party.describe('Who did it.'),
    target: party.describe('To what it was done.'),
    details: z.record(z.string(), z.unknown()),
    requestId: z.string().nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    occurredAt: z.iso.datetime(),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEventAnswer = z.infer<typeof AuditEventAnswer>;

export const AuditEventPage = pageOf(AuditEventAnswer).meta({ id: 'AuditEventPage' });
export type AuditEventPage = z.infer<typeof AuditEventPage>;

export const AuditEventsQuery = z.strictObject({
  // By their place in the chain.
  ...pageQueryBy(z.string().regex(/^\d{1,15}$/)),
  action: z.string().max(128).optional(),
});
export type AuditEventsQuery = z.infer<typeof AuditEventsQuery>;

/** An event as it is answered. */
export function showAuditEvent(row: AuditRow): AuditEventAnswer {
  const { id, action, details, requestId, ip, userAgent } = row;
  return {
    id,
    seq: Number(row.seq),
    action,
    actor: { type: row.actorType, id: row.actorId },
    target: { type: row.targetType, id: row.targetId },
    details,
    requestId,
    ip,
    userAgent,
    occurredAt: row.occurredAt.toISOString(),
  };
}
