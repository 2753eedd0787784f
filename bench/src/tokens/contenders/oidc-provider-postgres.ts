import type { Pool } from 'pg';

/** What oidc-provider keeps: whatever a model is made of. */
type Payload = Readonly<Record<string, unknown>>;

/** The storage interface of oidc-provider, of which one is made for each kind of model. */
export interface Adapter {
  upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>;
  find(id: string): Promise<Payload | undefined>;
  findByUid(uid: string): Promise<Payload | undefined>;
  findByUserCode(userCode: string): Promise<Payload | undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}

/** One table for all kinds, as the adapters of its community have it. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS models (
    kind text NOT NULL,
    id text NOT NULL,
    payload jsonb NOT NULL,
    grant_id text,
    expires_at timestamptz,
    consumed_at timestamptz,
    PRIMARY KEY (kind, id)
  );
  CREATE INDEX IF NOT EXISTS models_grant_id ON models (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS models_expires_at ON models (expires_at);
`;

/**
 * Storage of oidc-provider in PostgreSQL, written plainly: one statement for each call, each
 * prepared once a connection, nothing cached and nothing else done.
 */
export function postgresAdapter(pool: Pool): (kind: string) => Adapter {
  return (kind) => {
    const find = async (name: string, condition: string, value: string) => {
      const { rows } = await pool.query<{ payload: Payload; consumed_at: Date | null }>({
        name: `find-${name}`,
        text: `SELECT payload, consumed_at FROM models
               WHERE kind = $1 AND ${condition} = $2 AND (expires_at IS NULL OR expires_at > now())`,
        values: [kind, value],
      });
      const [row] = rows;
      if (row === undefined) return undefined;
      return row.consumed_at === null
        ? row.payload
        : { ...row.payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) };
    };
    return {
      async upsert(id, payload, expiresIn) {
        await pool.query({
          name: 'upsert',
          text: `INSERT INTO models (kind, id, payload, grant_id, expires_at)
                 VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
                 ON CONFLICT (kind, id) DO UPDATE
                 SET payload = excluded.payload, grant_id = excluded.grant_id, expires_at = excluded.expires_at`,
          values: [kind, id, payload, payload['grantId'] ?? null, expiresIn ?? null],
        });
      },
      find: (id) => find('id', 'id', id),
      findByUid: (uid) => find('uid', "payload->>'uid'", uid),
      findByUserCode: (userCode) => find('user-code', "payload->>'userCode'", userCode),
      async consume(id) {
        await pool.query({
          name: 'consume',
          text: 'UPDATE models SET consumed_at = now() WHERE kind = $1 AND id = $2',
          values: [kind, id],
        });
      },
      async destroy(id) {
        await pool.query({
          name: 'destroy',
          text: 'DELETE FROM models WHERE kind = $1 AND id = $2',
          values: [kind, id],
        });
      },
      async revokeByGrantId(grantId) {
        await pool.query({
          name: 'revoke',
          text: 'DELETE FROM models WHERE kind = $1 AND grant_id = $2',
          values: [kind, grantId],
        });
      },
    };
  };
}
