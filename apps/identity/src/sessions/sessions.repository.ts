import { Injectable } from '@nestjs/common';
import { type AskingTransaction, writeBehind, type WritingTransaction } from '@nomo/tenancy';
import { type Tx } from '../database/database.js';
import { type Session as Row } from '../generated/prisma/client.js';
import { after, type Position } from '../management/pagination.js';
import { type RealmKey } from '../realms/realm.js';
import { type Session, type SessionEnd } from './session.js';

/**
 * What a session may rest on: its user is active, and has the password still that was verified.
 * Whoever changes that waits for this statement's transaction, or is waited for: so no session is
 * begun with what was right a moment ago. One that is there already goes on, if it lives, under its
 * new token alone: what the browser held before is worth nothing. Where no session is begun the
 * statement fails, by the logarithm of zero: so nobody has to wait for the answer before the commit
 * is sent.
 */
const BEGIN = `
WITH standing AS (
  UPDATE users SET last_sign_in_at = $6::timestamptz
  WHERE org_id = $1::uuid AND mode = $3 AND id = $4::uuid AND status = 'active'
    AND ($13::text IS NULL OR password_hash = $13)
  RETURNING id),
begun AS (
  INSERT INTO sessions (org_id, id, mode, user_id, token_digest, auth_time, created_at,
    last_seen_at, acr, amr, idle_expires_at, expires_at, ip, user_agent)
  SELECT $1::uuid, $2::uuid, $3, id, $5::bytea, $6::timestamptz, $6::timestamptz,
    $6::timestamptz, $7, ARRAY(SELECT jsonb_array_elements_text($8::jsonb)), $9::timestamptz,
    $10::timestamptz, $11, $12
  FROM standing
  ON CONFLICT (org_id, id) DO UPDATE SET token_digest = excluded.token_digest,
    auth_time = excluded.auth_time, last_seen_at = excluded.last_seen_at, acr = excluded.acr,
    amr = excluded.amr, idle_expires_at = excluded.idle_expires_at,
    expires_at = excluded.expires_at, ip = excluded.ip, user_agent = excluded.user_agent
  WHERE sessions.mode = excluded.mode AND sessions.user_id = excluded.user_id
    AND sessions.auth_time <> excluded.auth_time AND sessions.revoked_at IS NULL
    AND sessions.expires_at > excluded.auth_time
  RETURNING 1)
SELECT ln(count(*)) FROM begun`;

const REVOKE = `
UPDATE sessions SET revoked_at = $4::timestamptz, revoked_reason = $5
WHERE org_id = $1::uuid AND mode = $2 AND id = $3::uuid AND revoked_at IS NULL
  AND expires_at > $4::timestamptz
RETURNING user_id AS "userId"`;

/** How PostgreSQL calls the logarithm of zero. */
const INVALID_ARGUMENT_FOR_LOGARITHM = '2201E';

/**
 * Whether a transaction has failed as what its session was to rest on is no more: the user is no
 * longer active or has another password, or the session that was to be renewed has ended.
 */
export function isNotStanding(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === INVALID_ARGUMENT_FOR_LOGARITHM;
}

interface BegunSession {
  readonly session: Session;
  readonly tokenDigest: Uint8Array;
  /** With which its user proved who they are, if it was with a password. */
  readonly passwordHash: string | undefined;
}

@Injectable()
export class SessionsRepository {
  /**
   * Begins a session, or goes on with one under a new token. Where its user may not sign in with
   * this any longer, the transaction fails ({@link isNotStanding}).
   */
  async begin(
    tx: WritingTransaction,
    { orgId, mode }: RealmKey,
    { session, tokenDigest, passwordHash }: BegunSession,
  ): Promise<void> {
    await writeBehind(tx, BEGIN, [
      orgId,
      session.id,
      mode,
      session.userId,
      tokenDigest,
      session.authenticatedAt,
      session.acr ?? null,
      JSON.stringify(session.amr),
      session.idleExpiresAt,
      session.expiresAt,
      session.ip ?? null,
      session.userAgent ?? null,
      passwordHash ?? null,
    ]);
  }

  /** The session of a token, if it lives and its user may sign in. */
  async findLiving(
    tx: Tx,
    { orgId, mode }: RealmKey,
    tokenDigest: Uint8Array,
    now: Date,
  ): Promise<Session | undefined> {
    const row = await tx.session.findUnique({
      where: {
        orgId_tokenDigest: { orgId, tokenDigest: Uint8Array.from(tokenDigest) },
        mode,
        revokedAt: null,
        expiresAt: { gt: now },
        idleExpiresAt: { gt: now },
        user: { status: 'active' },
      },
    });
    return row === null ? undefined : toSession(row);
  }

  async touch(
    tx: Tx,
    orgId: string,
    id: string,
    times: { readonly lastSeenAt: Date; readonly idleExpiresAt: Date },
  ): Promise<void> {
    await tx.session.updateMany({ where: { orgId, id, revokedAt: null }, data: times });
  }

  async list(
    tx: Tx,
    { orgId, mode }: RealmKey,
    options: {
      readonly userId: string | undefined;
      readonly now: Date;
      readonly position: Position | undefined;
      readonly most: number;
    },
  ): Promise<Session[]> {
    const { userId, now, position, most } = options;
    const rows = await tx.session.findMany({
      where: {
        orgId,
        mode,
        revokedAt: null,
        expiresAt: { gt: now },
        idleExpiresAt: { gt: now },
        ...(userId !== undefined && { userId }),
        ...after('createdAt', position),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: most,
    });
    return rows.map(toSession);
  }

  /** Ends a session. Returns whose it was; `undefined` where none lives. */
  async revoke(
    tx: AskingTransaction,
    { orgId, mode }: RealmKey,
    id: string,
    reason: SessionEnd,
  ): Promise<string | undefined> {
    const rows = await tx.$queryRawUnsafe(REVOKE, orgId, mode, id, new Date(), reason);
    return (rows as readonly { readonly userId: string }[])[0]?.userId;
  }

  /** Ends all sessions of a user. Returns their ids. */
  async revokeAllOf(
    tx: Tx,
    { orgId, mode }: RealmKey,
    userId: string,
    reason: SessionEnd,
  ): Promise<string[]> {
    const rows = await tx.session.updateManyAndReturn({
      where: { orgId, mode, userId, revokedAt: null },
      data: { revokedAt: new Date(), revokedReason: reason },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }
}

function toSession(row: Row): Session {
  return {
    id: row.id,
    userId: row.userId,
    authenticatedAt: row.authTime,
    acr: row.acr ?? undefined,
    amr: row.amr,
    createdAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
    expiresAt: row.expiresAt,
    idleExpiresAt: row.idleExpiresAt,
    revokedAt: row.revokedAt ?? undefined,
    ip: row.ip ?? undefined,
    userAgent: row.userAgent ?? undefined,
  };
}
