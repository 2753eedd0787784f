import type pg from 'pg';

/** What PostgreSQL knows of a token family after a race. */
export interface Family {
  readonly grantId: string;
  readonly dead: boolean;
  readonly reason: string | null;
  /** Refresh tokens that could still be used, were the family alive. */
  readonly unused: number;
  readonly refreshed: number;
  /** Rows of the audit trail that tell of its end. */
  readonly audited: number;
  readonly securityEvents: number;
}

/** Looks at families as the owner of the database, past every policy and cache. */
export async function familiesOf(
  owner: pg.Client,
  grantIds: readonly string[],
): Promise<Family[]> {
  const { rows } = await owner.query<Family>(
    `SELECT grants.id AS "grantId", revoked_at IS NOT NULL AS dead, revoked_reason AS reason,
       (SELECT count(*)::int FROM refresh_tokens AS token
        WHERE token.org_id = grants.org_id AND token.grant_id = grants.id
          AND token.consumed_at IS NULL) AS unused,
       (SELECT count(*)::int FROM audit_outbox
        WHERE body::jsonb->>'action' = 'grant.refreshed'
          AND body::jsonb->'target'->>'id' = grants.id::text) AS refreshed,
       (SELECT count(*)::int FROM audit_outbox
        WHERE body::jsonb->>'action' = 'grant.revoked'
          AND body::jsonb->'target'->>'id' = grants.id::text) AS audited,
       (SELECT count(*)::int FROM security_events
        WHERE data->>'grantId' = grants.id::text) AS "securityEvents"
     FROM grants WHERE grants.id = ANY ($1::uuid[])`,
    [grantIds],
  );
  return rows;
}
