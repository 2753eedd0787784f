import { defineAuditEvents, type AuditActor } from '@nomo/audit';
import { z } from 'zod';
import { SCOPES } from '../keys/scopes.js';

/**
 * Why a session ends: signed out of here, everywhere, or at the provider; another sign-in took
 * its place in the browser; or its time was over.
 */
export const SESSION_ENDS = [
  'signed_out',
  'signed_out_everywhere',
  'ended_by_provider',
  'replaced',
  'expired',
] as const;

export type SessionEnd = (typeof SESSION_ENDS)[number];

/**
 * Every change of state that a customer's audit trail tells of. An event stays for good, so
 * none holds what a person may ask to have erased, such as an address.
 */
export const auditEvents = defineAuditEvents({
  /** The target is the customer. */
  'user.created': z.strictObject({}),
  /** Somebody whom a provider knows may sign in as the customer. The target is the customer. */
  'user.identity_linked': z.strictObject({ issuer: z.string().max(2000) }),
  /** The provider says another address or name than before. The target is the customer. */
  'user.profile_changed': z.strictObject({ issuer: z.string().max(2000) }),
  /** A browser was signed in to the console. The target is the session. */
  'session.started': z.strictObject({ issuer: z.string().max(2000) }),
  /** The target is the session. */
  'session.ended': z.strictObject({ reason: z.enum(SESSION_ENDS) }),
  /** The target is the key. */
  'api_key.created': z.strictObject({
    mode: z.enum(['live', 'test']),
    name: z.string().max(100),
    scopes: z.array(z.enum(SCOPES)),
    expiresAt: z.iso.datetime().nullable(),
    playground: z.literal(true).optional(),
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
