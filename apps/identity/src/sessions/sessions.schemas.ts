import { z } from 'zod';
import { pageOf, pageQuery } from '../management/pagination.js';
import { type Session } from './session.js';

export const SessionAnswer = z
  .object({
    id: z.uuid().describe('The `sid` of ID tokens.'),
    userId: z.uuid(),
    authenticatedAt: z.iso.datetime(),
    acr: z.string().nullable(),
    amr: z.array(z.string()).describe('How the user proved who they are (RFC 8176).'),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'Session' });
export type SessionAnswer = z.infer<typeof SessionAnswer>;

export const SessionPage = pageOf(SessionAnswer).meta({ id: 'SessionPage' });
export type SessionPage = z.infer<typeof SessionPage>;

export const SessionsQuery = z.strictObject({ ...pageQuery, userId: z.uuid().optional() });
export type SessionsQuery = z.infer<typeof SessionsQuery>;

/** A session as it is answered. */
export function showSession(session: Session): SessionAnswer {
  const { id, userId, authenticatedAt, acr, amr, createdAt, lastSeenAt, ip, userAgent } =
    session;
  const ends = [session.expiresAt, session.idleExpiresAt].map((date) => date.getTime());
  return {
    id,
    userId,
    authenticatedAt: authenticatedAt.toISOString(),
    acr: acr ?? null,
    amr: [...amr],
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    expiresAt: new Date(Math.min(...ends)).toISOString(),
    ip: ip ?? null,
    userAgent: userAgent ?? null,
  };
}
