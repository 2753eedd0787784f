import { keyedDigest } from '@nomo/security-core';
import { PerRequest } from '@nomo/service-kit';
import { type Request } from 'express';

/** A browser that is signed in, and as whom. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly issuer: string;
  /** Address and name as the provider last said. */
  readonly email: string;
  readonly name: string | undefined;
  readonly expiresAt: Date;
  readonly idleExpiresAt: Date;
  /**
   * What a page of ours sends along with whatever changes something. Made of the cookie, which no
   * page of anybody else's can read.
   */
  readonly csrfToken: string;
}

const sessions = new PerRequest<Session>();

/** Notes the session that a request came with. */
export function setSession(request: Request, session: Session): void {
  sessions.set(request, session);
}

/** The session that a request came with. Only for handlers behind `RequiresSession`. */
export function sessionOf(request: Request): Session {
  const session = sessions.get(request);
  if (session === undefined) throw new Error('the route has no guard for sessions');
  return session;
}

/**
 * The token against forged requests of the session that a cookie opens. Whoever knows the one
 * cannot compute the other, and nothing has to be stored.
 *
 * @param token - The cookie's 32 bytes in base64url.
 */
export function csrfTokenOf(token: string): string {
  const key = Buffer.from(token, 'base64url');
  const digest = keyedDigest({ key, purpose: 'console-csrf', input: '' });
  return Buffer.from(digest).toString('base64url');
}
