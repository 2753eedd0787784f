import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type Tx } from '../database/database.js';
import { type Consent as Row } from '../generated/prisma/client.js';
import { after, type Position } from '../management/pagination.js';
import { type RealmKey } from '../realms/realm.js';

/** What a user lets an application have. */
export interface Consent {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly grantedAt: Date;
  readonly ip: string | undefined;
}

export interface GivenConsent {
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly now: Date;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

@Injectable()
export class ConsentsRepository {
  async find(
    tx: Tx,
    { orgId, mode }: RealmKey,
    userId: string,
    clientId: string,
  ): Promise<Consent | undefined> {
    const row = await tx.consent.findUnique({
      where: {
        orgId_userId_applicationId: { orgId, userId, applicationId: clientId },
        mode,
        revokedAt: null,
      },
    });
    return row === null ? undefined : toConsent(row);
  }

  /** Inserts it, or adds its scopes to what was consented to before; one that was revoked starts anew. */
  async save(tx: Tx, { orgId, mode }: RealmKey, given: GivenConsent): Promise<void> {
    const { userId, clientId, now, ip = null, userAgent = null } = given;
    const scopes = [...given.scopes];
    await tx.$executeRaw`
      INSERT INTO consents AS old
        (org_id, id, mode, user_id, application_id, scopes, granted_at, ip, user_agent)
      VALUES (${orgId}::uuid, ${uuidv7()}::uuid, ${mode}, ${userId}::uuid, ${clientId},
        ${scopes}::text[], ${now}, ${ip}, ${userAgent})
      ON CONFLICT (org_id, user_id, application_id) DO UPDATE SET
        scopes = CASE WHEN old.revoked_at IS NULL
          THEN ARRAY(SELECT DISTINCT unnest(old.scopes || excluded.scopes) ORDER BY 1)
          ELSE excluded.scopes END,
        granted_at = excluded.granted_at,
        ip = excluded.ip,
        user_agent = excluded.user_agent,
        revoked_at = NULL`;
  }

  async list(
    tx: Tx,
    { orgId, mode }: RealmKey,
    options: {
      readonly userId: string | undefined;
      readonly position: Position | undefined;
      readonly most: number;
    },
  ): Promise<Consent[]> {
    const { userId, position, most } = options;
    const rows = await tx.consent.findMany({
      where: {
        orgId,
        mode,
        revokedAt: null,
        ...(userId !== undefined && { userId }),
        ...after('grantedAt', position),
      },
      orderBy: [{ grantedAt: 'desc' }, { id: 'desc' }],
      take: most,
    });
    return rows.map(toConsent);
  }

  /** Takes a consent back. Returns it; `undefined` where there is none. */
  async revoke(tx: Tx, { orgId, mode }: RealmKey, id: string): Promise<Consent | undefined> {
    const [row] = await tx.consent.updateManyAndReturn({
      where: { orgId, mode, id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    return row === undefined ? undefined : toConsent(row);
  }
}

function toConsent(row: Row): Consent {
  return {
    id: row.id,
    userId: row.userId,
    clientId: row.applicationId,
    scopes: row.scopes,
    grantedAt: row.grantedAt,
    ip: row.ip ?? undefined,
  };
}
