import { Injectable } from '@nestjs/common';
import { writeBehind, type WritingTransaction } from '@nomo/tenancy';
import { v7 as uuidv7 } from 'uuid';
import { type Tx } from '../database/database.js';
import { type Asks, firstRow } from '../database/pipelines.js';
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

const FIND_SCOPES = `
SELECT scopes FROM consents
WHERE org_id = $1::uuid AND user_id = $2::uuid AND application_id = $3 AND mode = $4
  AND revoked_at IS NULL`;

const SAVE = `
INSERT INTO consents AS old
  (org_id, id, mode, user_id, application_id, scopes, granted_at, ip, user_agent)
VALUES ($1::uuid, $2::uuid, $3, $4::uuid, $5,
  ARRAY(SELECT jsonb_array_elements_text($6::jsonb)), $7::timestamptz, $8, $9)
ON CONFLICT (org_id, user_id, application_id) DO UPDATE SET
  scopes = CASE WHEN old.revoked_at IS NULL
    THEN ARRAY(SELECT DISTINCT unnest(old.scopes || excluded.scopes) ORDER BY 1)
    ELSE excluded.scopes END,
  granted_at = excluded.granted_at,
  ip = excluded.ip,
  user_agent = excluded.user_agent,
  revoked_at = NULL`;

@Injectable()
export class ConsentsRepository {
  /** What a user lets an application have, if it was not taken back. */
  async findScopes(
    asks: Asks,
    { orgId, mode }: RealmKey,
    { userId, clientId }: { readonly userId: string; readonly clientId: string },
  ): Promise<readonly string[] | undefined> {
    const values = [orgId, userId, clientId, mode];
    const row = await firstRow<{ scopes: readonly string[] }>(asks, FIND_SCOPES, values);
    return row?.scopes;
  }

  /** Inserts it, or adds its scopes to what was consented to before; one that was revoked starts anew. */
  async save(
    tx: WritingTransaction,
    { orgId, mode }: RealmKey,
    given: GivenConsent,
  ): Promise<void> {
    const { userId, clientId, scopes, now, ip = null, userAgent = null } = given;
    await writeBehind(tx, SAVE, [
      orgId,
      uuidv7(),
      mode,
      userId,
      clientId,
      JSON.stringify(scopes),
      now,
      ip,
      userAgent,
    ]);
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
