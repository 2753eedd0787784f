import { Injectable } from '@nestjs/common';
import { type Access } from '@nomo/oauth-engine';
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
  /** At which resource servers: `{resource}`, and `{resource} {scope}` for each scope there. */
  readonly resourceScopes: readonly string[];
  readonly grantedAt: Date;
  readonly ip: string | undefined;
}

export interface GivenConsent {
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly resourceScopes: readonly string[];
  readonly now: Date;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

const FIND_ACCESS = `
SELECT scopes AS scope, resource_scopes AS "resourceScope" FROM consents
WHERE org_id = $1::uuid AND user_id = $2::uuid AND application_id = $3 AND mode = $4
  AND revoked_at IS NULL`;

const SAVE = `
INSERT INTO consents AS old
  (org_id, id, mode, user_id, application_id, scopes, resource_scopes, granted_at, ip, user_agent)
VALUES ($1::uuid, $2::uuid, $3, $4::uuid, $5,
  ARRAY(SELECT jsonb_array_elements_text($6::jsonb)),
  ARRAY(SELECT jsonb_array_elements_text($7::jsonb)), $8::timestamptz, $9, $10)
ON CONFLICT (org_id, user_id, application_id) DO UPDATE SET
  scopes = CASE WHEN old.revoked_at IS NULL
    THEN ARRAY(SELECT DISTINCT unnest(old.scopes || excluded.scopes) ORDER BY 1)
    ELSE excluded.scopes END,
  resource_scopes = CASE WHEN old.revoked_at IS NULL
    THEN ARRAY(SELECT DISTINCT unnest(old.resource_scopes || excluded.resource_scopes) ORDER BY 1)
    ELSE excluded.resource_scopes END,
  granted_at = excluded.granted_at,
  ip = excluded.ip,
  user_agent = excluded.user_agent,
  revoked_at = NULL`;

@Injectable()
export class ConsentsRepository {
  /** What a user lets an application have, if it was not taken back. */
  async findAccess(
    asks: Asks,
    { orgId, mode }: RealmKey,
    { userId, clientId }: { readonly userId: string; readonly clientId: string },
  ): Promise<Access | undefined> {
    return firstRow<Access>(asks, FIND_ACCESS, [orgId, userId, clientId, mode]);
  }

  /** Inserts it, or adds its scopes to what was consented to before; one that was revoked starts anew. */
  async save(
    tx: WritingTransaction,
    { orgId, mode }: RealmKey,
    given: GivenConsent,
  ): Promise<void> {
    const {
      userId,
      clientId,
      scopes,
      resourceScopes,
      now,
      ip = null,
      userAgent = null,
    } = given;
    await writeBehind(tx, SAVE, [
      orgId,
      uuidv7(),
      mode,
      userId,
      clientId,
      JSON.stringify(scopes),
      JSON.stringify(resourceScopes),
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
    resourceScopes: row.resourceScopes,
    grantedAt: row.grantedAt,
    ip: row.ip ?? undefined,
  };
}
