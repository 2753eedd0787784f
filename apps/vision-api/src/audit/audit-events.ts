import { defineAuditEvents, type AuditActor } from '@nomo/audit';
import { z } from 'zod';
import { SCOPES } from '../keys/scopes.js';

/**
 * Every change of state that a customer's audit trail tells of. An event stays for good, so
 * none holds what a person may ask to have erased, such as an address.
 */
export const auditEvents = defineAuditEvents({
  /** The target is the customer. */
  'user.created': z.strictObject({}),
  /** The target is the key. */
  'api_key.created': z.strictObject({
    mode: z.enum(['live', 'test']),
    name: z.string().max(100),
    scopes: z.array(z.enum(SCOPES)),
    expiresAt: z.iso.datetime().nullable(),
  }),
  /** The target is the key. */
  'api_key.revoked': z.strictObject({}),
});

/** Who wants something changed, and how that reached us: goes into the audit trail. */
export interface Initiator {
  readonly actor: AuditActor;
  readonly requestId?: string;
  readonly ip?: string;
  readonly userAgent?: string;
}
