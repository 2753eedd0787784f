import { z } from 'zod';

/** What the pages of the console have to know before anything else. */
export const SessionAnswer = z.object({
  user: z.object({ id: z.string(), email: z.string(), name: z.string().nullable() }),
  csrfToken: z.string(),
  expiresAt: z.iso.datetime(),
  idleExpiresAt: z.iso.datetime(),
  /** How many browsers the customer is signed in with. */
  sessions: z.int(),
  provider: z.object({ name: z.string(), issuer: z.string() }),
  limits: z.object({
    keyQuotaPerDay: z.int(),
    ratePerSecond: z.number(),
    rateBurst: z.int(),
    maxImageBytes: z.int(),
  }),
  requestId: z.string(),
});

export type SessionAnswer = z.infer<typeof SessionAnswer>;

/** What a browser is told that has ended its sessions. */
export const EndedAnswer = z.object({
  redirectTo: z.string().describe('Where the browser goes next: to sign out at the provider.'),
  requestId: z.string(),
});

export type EndedAnswer = z.infer<typeof EndedAnswer>;
