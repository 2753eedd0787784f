import { defineAuditEvents } from '@nomo/audit';
import { z } from 'zod';

const mode = z.enum(['live', 'test']);
const inMode = z.strictObject({ mode });
const changed = z.strictObject({ mode, fields: z.array(z.string()) });
const ofUser = z.strictObject({ mode, userId: z.string() });
const ofGrant = z.strictObject({ mode, clientId: z.string(), userId: z.string() });
const ofScopes = z.strictObject({
  mode,
  clientId: z.string(),
  userId: z.string(),
  scopes: z.array(z.string()),
});
const ofToken = z.strictObject({ mode, clientId: z.string() });

/** Everything that is written to the audit trail. No event holds a token, a code or a secret. */
export const auditCatalogue = defineAuditEvents({
  'organization.created': z.strictObject({ slug: z.string() }),
  'organization.updated': changed,

  'application.created': z.strictObject({ mode, type: z.string(), name: z.string() }),
  'application.updated': changed,
  'application.disabled': inMode,
  'application.enabled': inMode,
  'application.secret_rotated': z.strictObject({
    mode,
    secretId: z.string(),
    graceSeconds: z.number(),
  }),
  'resource_server.created': z.strictObject({ mode, identifier: z.string() }),
  'resource_server.updated': changed,
  'resource_server.deleted': inMode,

  'user.created': inMode,
  'user.updated': changed,
  'user.deactivated': inMode,
  'user.activated': inMode,
  'user.password_set': inMode,
  'user.password_rehashed': inMode,
  'user.signed_in': z.strictObject({ mode, sessionId: z.string(), amr: z.array(z.string()) }),
  'user.sign_in_failed': z.strictObject({ mode, reason: z.string() }),

  'session.revoked': z.strictObject({ mode, userId: z.string(), reason: z.string() }),
  'session.ended': ofUser,
  'signing_key.created': inMode,
  'signing_key.rotated': z.strictObject({
    mode,
    previousKid: z.string(),
    nextKid: z.string(),
    reason: z.enum(['scheduled', 'by_hand', 'compromised']),
  }),
  'signing_key.removed': inMode,

  'consent.granted': ofScopes.extend({ resourceScopes: z.array(z.string()) }),
  'consent.denied': ofScopes,
  'consent.revoked': ofGrant,
  'authorization.granted': ofScopes,
  'grant.issued': ofGrant,
  'grant.refreshed': ofGrant,
  'grant.revoked': z.strictObject({ mode, clientId: z.string(), reason: z.string() }),
  'access_token.revoked': ofToken,
  'device.approved': ofGrant,
  'device.denied': ofGrant,

  'webhook_endpoint.created': inMode,
  'webhook_endpoint.updated': changed,
  'webhook_endpoint.disabled': inMode,
  'webhook_endpoint.enabled': inMode,
  'webhook_endpoint.secret_rotated': z.strictObject({ mode, graceSeconds: z.number() }),
  'webhook_endpoint.deleted': inMode,
});
