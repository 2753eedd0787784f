import { Inject, Injectable } from '@nestjs/common';
import { generateToken, sha256Digest, type Secret } from '@nomo/security-core';
import { CONFIG } from '@nomo/service-kit';
import { randomUUID } from 'node:crypto';
import { type NewSession } from '../accounts/identities.repository.js';
import { type Initiator } from '../audit/audit-events.js';
import { type Config } from '../config.js';
import { csrfTokenOf, type Session } from './session.js';
import { SessionsRepository } from './sessions.repository.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A page asks several things at once: not each of them has to be written down as use. */
const PROLONG_EVERY_MS = MINUTE_MS;

/** How long sessions last, and what opens them. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly sessions: SessionsRepository,
  ) {}

  /** A session that is to be started, and what the browser's cookie will hold. */
  prepare(
    idToken: string,
    providerSession: Uint8Array | undefined,
    now = Date.now(),
  ): { readonly session: NewSession; readonly token: Secret<string> } {
    const token = generateToken();
    const expiresAt = new Date(now + this.config.SESSION_HOURS * HOUR_MS);
    const session = {
      id: randomUUID(),
      tokenHash: sha256Digest(token),
      providerSession,
      idToken,
      expiresAt,
      idleExpiresAt: this.idleUntil(expiresAt, now),
    };
    return { session, token };
  }

  /** The living session that a cookie opens; counts as use of it. */
  async open(token: string, now = Date.now()): Promise<Session | undefined> {
    const stored = await this.sessions.find(sha256Digest(token), new Date(now));
    if (stored === undefined) return undefined;
    const idleExpiresAt = this.idleUntil(stored.expiresAt, now);
    const gained = idleExpiresAt.getTime() - stored.idleExpiresAt.getTime();
    if (gained >= PROLONG_EVERY_MS) await this.sessions.prolong(stored, idleExpiresAt);
    return {
      ...stored,
      ...(gained >= PROLONG_EVERY_MS && { idleExpiresAt }),
      csrfToken: csrfTokenOf(token),
    };
  }

  /** How many browsers a customer is signed in with. */
  async count(userId: string): Promise<number> {
    return this.sessions.count(userId, new Date());
  }

  /** Ends the session for which another one has been started in its browser, if there was one. */
  async replace(token: string, initiatedBy: (userId: string) => Initiator): Promise<void> {
    const stored = await this.sessions.find(sha256Digest(token), new Date());
    if (stored === undefined) return;
    await this.sessions.end(stored, 'replaced', initiatedBy(stored.userId));
  }

  private idleUntil(expiresAt: Date, now: number): Date {
    const idle = now + this.config.SESSION_IDLE_MINUTES * MINUTE_MS;
    return new Date(Math.min(expiresAt.getTime(), idle));
  }
}
