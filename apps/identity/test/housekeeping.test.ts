import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWorker, type Running } from '@nomo/service-kit';
import pg from 'pg';
import { identityWorker } from '../src/definition.js';
import { Housekeeping } from '../src/housekeeping/housekeeping.module.js';
import { startStores, type Stores } from './support/stores.js';

const ORG = '018f0000-0000-7000-8000-000000000001';

describe('what has expired', () => {
  let stores: Stores;
  let worker: Running;
  let owner: pg.Client;

  beforeAll(async () => {
    stores = await startStores();
    worker = await createWorker(identityWorker, {
      environment: { ...stores.environment, BASE_URL: 'http://localhost:4000' },
      logDestination: { write: () => undefined },
    });
    owner = new pg.Client({ connectionString: stores.databaseUrl });
    await owner.connect();
    await owner.query(`INSERT INTO organizations (id, name) VALUES ($1, 'x')`, [ORG]);
  });
  afterAll(async () => {
    await owner.end();
    await worker.close();
    await stores.stop();
  });

  const count = async (table: string): Promise<number> => {
    const { rows } = await owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table}`,
    );
    return rows[0]?.count ?? -1;
  };

  it('leaves in batches, from partitions too, and nothing that is still of use does', async () => {
    const tokens = async (howMany: number, expired: string, prefix: string): Promise<void> => {
      await owner.query(
        `INSERT INTO refresh_tokens (org_id, digest, grant_id, issued_at, expires_at)
         SELECT $1, sha256(($2::text || n)::bytea), $1, now(), now() - $3::interval
         FROM generate_series(1, $4::int) AS n`,
        [ORG, prefix, expired, howMany],
      );
    };
    await tokens(1_200, '31 days', 'old');
    // A used token that is shown again has to be known for a while.
    await tokens(10, '29 days', 'recent');
    await owner.query(
      `INSERT INTO idempotency_keys (org_id, caller, key, request_digest, created_at)
       SELECT $1, 'c', n::text, sha256('x'), now() - make_interval(days => n)
       FROM generate_series(0, 3) AS n`,
      [ORG],
    );
    // The worker's own round, on its start, may take some of them.
    while ((await worker.app.get(Housekeeping, { strict: false }).run()) > 0);
    expect(await count('refresh_tokens')).toBe(10);
    expect(await count('idempotency_keys')).toBe(1);
  });

  it('leaves as fast as it comes: the tables are as large after every round', async () => {
    const housekeeping = worker.app.get(Housekeeping, { strict: false });
    const sizes: number[] = [];
    for (let cycle = 0; cycle < 6; cycle += 1) {
      await owner.query(
        `INSERT INTO seen_jtis (org_id, digest, expires_at)
         SELECT $1, sha256((CASE WHEN n <= 700 THEN $2::text ELSE 'alive' END || n)::bytea),
           now() + CASE WHEN n <= 700 THEN '-1 second' ELSE '1 hour' END::interval
         FROM generate_series(1, 750) AS n ON CONFLICT DO NOTHING`,
        // What lives is the same in each cycle, what has expired is new.
        [ORG, `cycle ${cycle} `],
      );
      while ((await housekeeping.run()) > 0);
      sizes.push(await count('seen_jtis'));
    }
    expect(sizes).toEqual([50, 50, 50, 50, 50, 50]);
  });
});
