import { z } from 'zod';
import { pageOf, pageQuery } from '../management/pagination.js';
import { type SecurityEvent, SECURITY_EVENT_TYPES } from './security-event.js';

export const SecurityEventAnswer = z
  .object({
    id: z.uuid(),
    type: z.enum(SECURITY_EVENT_TYPES),
    subject: z.string().nullable().describe('Whom or what it concerns.'),
    data: z.record(z.string(), z.unknown()),
    ip: z.string().nullable(),
    occurredAt: z.iso.datetime(),
  })
  .meta({ id: 'SecurityEvent' });
export type SecurityEventAnswer = z.infer<typeof SecurityEventAnswer>;

export const SecurityEventPage = pageOf(SecurityEventAnswer).meta({ id: 'SecurityEventPage' });
export type SecurityEventPage = z.infer<typeof SecurityEventPage>;

export const SecurityEventsQuery = z.strictObject({
  ...pageQuery,
  type: z.enum(SECURITY_EVENT_TYPES).optional(),
});
export type SecurityEventsQuery = z.infer<typeof SecurityEventsQuery>;

/** A security event as it is answered. */
export function showSecurityEvent(event: SecurityEvent): SecurityEventAnswer {
  const { id, type, subject, data, ip, occurredAt } = event;
  return {
    id,
    type,
    subject: subject ?? null,
    data: { ...data },
    ip: ip ?? null,
    occurredAt: occurredAt.toISOString(),
  };
}
