import { z } from 'zod';

/** What the service answers under `/dashboard/api`. Fields that are not named here may come too. */

// A schema would otherwise compile itself with `new Function`, which the page's policy refuses.
z.config({ jitless: true });

/** What a key may be used for, in the order in which they are shown. */
export const SCOPES = [
  'faces:detect',
  'faces:compare',
  'labels:detect',
  'text:detect',
] as const;
export type Scope = (typeof SCOPES)[number];

const time = z.iso.datetime({ offset: true });
const count = z.number();

export const Session = z.object({
  user: z.object({ id: z.string(), email: z.string(), name: z.string().nullable() }),
  csrfToken: z.string(),
  expiresAt: time,
  idleExpiresAt: time,
  sessions: count,
  provider: z.object({ name: z.string(), issuer: z.string() }),
  limits: z.object({
    keyQuotaPerDay: count,
    ratePerSecond: count,
    rateBurst: count,
    maxImageBytes: count,
  }),
});
export type Session = z.infer<typeof Session>;

export const Key = z.object({
  id: z.string(),
  name: z.string(),
  mode: z.enum(['live', 'test']),
  scopes: z.array(z.string()),
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  lastUsedAt: time.nullable(),
  playground: z.boolean(),
});
export type Key = z.infer<typeof Key>;

export const Keys = z.object({ keys: z.array(Key) });

export const CreatedKey = z.object({ key: Key, secret: z.string() });
export type CreatedKey = z.infer<typeof CreatedKey>;

export const UsageDay = z.object({
  date: z.string(),
  keyId: z.string(),
  operation: z.string(),
  requests: count,
  errors: count,
});
export type UsageDay = z.infer<typeof UsageDay>;

export const Usage = z.object({
  from: z.string(),
  to: z.string(),
  days: z.array(UsageDay),
  today: z.object({
    resetAt: time,
    keys: z.array(z.object({ keyId: z.string(), limit: count, used: count })),
  }),
});
export type Usage = z.infer<typeof Usage>;

const Party = z.object({ type: z.string(), id: z.string().nullable() });

export const AuditEvent = z.object({
  seq: z.number(),
  eventId: z.string(),
  occurredAt: time,
  action: z.string(),
  actor: Party,
  target: Party,
  details: z.record(z.string(), z.unknown()),
  requestId: z.string().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

export const AuditPage = z.object({
  events: z.array(AuditEvent),
  nextBefore: z.number().nullable(),
});

export const AuditVerification = z.object({
  status: z.enum(['verified', 'broken', 'pending']),
  events: count,
  firstBad: z.number().nullable(),
  checkedAt: time,
});
export type AuditVerification = z.infer<typeof AuditVerification>;

export const SignedOut = z.object({ redirectTo: z.string() });

/** RFC 9457, with what this service adds. Read from whatever came, so nothing is required. */
export const Problem = z.object({
  code: z.string().optional().catch(undefined),
  title: z.string().optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
  requestId: z.string().optional().catch(undefined),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .catch(undefined),
  limit: count.optional().catch(undefined),
  used: count.optional().catch(undefined),
  resetAt: time.optional().catch(undefined),
});
