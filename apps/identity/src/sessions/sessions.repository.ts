import { Injectable } from '@nestjs/common';
import { type Tx } from '../database/database.js';
import { type Session as Row } from '../generated/prisma/client.js';
import { after, type Position } from '../management/pagination.js';
import { type RealmKey } from '../realms/realm.js';
import { type Session, type SessionEnd } from './session.js';

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly tokenDigest: Uint8Array;
  readonly authenticatedAt: Date;
  readonly acr: string | undefined;
  readonly amr: readonly string[];
  readonly idleExpiresAt: Date;
  readonly expiresAt: Date;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** What is kept of a browser's name for itself. */
const LONGEST_USER_AGENT = 512;

@Injectable()
export class SessionsRepository {
  async insert(tx: Tx, { orgId, mode }: RealmKey, session: NewSession): Promise<Session> {
    const { tokenDigest, authenticatedAt, acr, amr, ip, userAgent, ...rest } = session;
    const row = await tx.session.create({
      data: {
        ...rest,
        orgId,
        mode,
        tokenDigest: Uint8Array.from(tokenDigest),
        authTime: authenticatedAt,
        lastSeenAt: authenticatedAt,
        acr: acr ?? null,
        amr: [...amr],
        ip: ip ?? null,
        userAgent: userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
      },
    });
    return toSession(row);
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
    tx: Tx,
    { orgId, mode }: RealmKey,
    id: string,
    reason: SessionEnd,
  ): Promise<string | undefined> {
    const [row] = await tx.session.updateManyAndReturn({
      where: { orgId, mode, id, revokedAt: null, expiresAt: { gt: new Date() } },
      data: { revokedAt: new Date(), revokedReason: reason },
      select: { userId: true },
    });
    return row?.userId;
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
