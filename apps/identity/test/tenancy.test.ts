import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditMigration } from '@nomo/audit';
import { checkTenancy, readGrants } from '@nomo/tenancy';
import { listSystemUses } from '@nomo/tenancy/testing';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { SYSTEM_REASONS } from '../src/database/system-reasons.js';
import { DATABASE_ROLES, TENANCY_RULES } from '../src/database/tenancy-rules.js';
import { startStores, type Stores } from './support/stores.js';

const app = path.resolve(import.meta.dirname, '..');

/** On a database that `prisma migrate deploy` has made, and nobody else has touched. */
describe('the database', () => {
  let stores: Stores;
  let owner: pg.Client;

  beforeAll(async () => {
    stores = await startStores();
    owner = new pg.Client({ connectionString: stores.databaseUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await stores.stop();
  });

  const query = async (
    sql: string,
    params: string[],
  ): Promise<Readonly<Record<string, unknown>>[]> =>
    (await owner.query<Record<string, unknown>>(sql, params)).rows;

  const as = async (
    role: keyof typeof DATABASE_ROLES,
    orgId: string,
    sql: string,
  ): Promise<pg.QueryResult<Record<string, unknown>>> => {
    const url = stores.environment[`DATABASE_URL_${role.toUpperCase()}`];
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [orgId]);
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };

  it('keeps organizations apart in every table, key and policy', async () => {
    expect(await checkTenancy(query, TENANCY_RULES)).toEqual([]);
  });

  it.each([
    ['a table without policies', 'ALTER TABLE users DISABLE ROW LEVEL SECURITY'],
    ['a table that nobody has named', 'CREATE TABLE stray (org_id uuid NOT NULL)'],
    ['a key across organizations', 'CREATE UNIQUE INDEX stray ON users (email)'],
    ['a policy that lets all through', 'CREATE POLICY stray ON users USING (true)'],
    ['a grant on a partition', 'GRANT SELECT ON sessions_p3 TO namoid_api'],
  ])('is found out with %s', async (_, change) => {
    await owner.query('BEGIN');
    try {
      await owner.query(change);
      expect(await checkTenancy(query, TENANCY_RULES)).not.toEqual([]);
    } finally {
      await owner.query('ROLLBACK');
    }
  });

  it('lets those who answer requests do what they have to, and nothing else', async () => {
    const grants = await readGrants(query, Object.values(DATABASE_ROLES));
    const api = grants[DATABASE_ROLES.api] ?? {};
    const may = (verb: string): string[] =>
      Object.keys(api).filter((table) => api[table]?.[verb] === '*');
    expect(may('DELETE').sort()).toEqual([
      'application_secrets',
      'device_codes',
      'resource_servers',
      'retiring_webhook_secrets',
      'webhook_endpoints',
    ]);
    expect(api['organization_directory']).toEqual({ SELECT: '*' });
    expect(Object.keys(api['organizations'] ?? {}).sort()).toEqual(['SELECT', 'UPDATE']);
    expect(api['organizations']?.['UPDATE']).not.toContain('id');
    expect(api['audit_outbox']).toEqual({ INSERT: '*' });
    expect(api['audit_events']).toEqual({ SELECT: '*' });
    expect(api['security_events']).toEqual({ INSERT: '*', SELECT: '*' });
    expect(grants['PUBLIC']).toEqual({});
  });

  it('does not let the worker change what it only looks for', async () => {
    const grants = await readGrants(query, Object.values(DATABASE_ROLES));
    const worker = grants[DATABASE_ROLES.worker] ?? {};
    const changing = Object.keys(worker).filter((table) => worker[table]?.['UPDATE']);
    expect(changing).toEqual(['audit_heads']);
    expect(worker['application_secrets']).toBeUndefined();
    // It removes them by their time, and opens none.
    expect(worker['retiring_webhook_secrets']).toEqual({
      DELETE: '*',
      SELECT: ['expires_at', 'id', 'org_id'],
    });
  });

  it('shows no row while no organization is set, nor another one’s', async () => {
    const [one, other] = [
      '018f0000-0000-7000-8000-000000000001',
      '018f0000-0000-7000-8000-000000000002',
    ];
    for (const id of [one, other]) {
      await owner.query(`INSERT INTO organizations (id, name) VALUES ($1, 'x')`, [id]);
    }
    const seen = async (orgId: string): Promise<unknown[]> =>
      (await as('api', orgId, 'SELECT id FROM organizations')).rows;
    expect(await seen(one)).toEqual([{ id: one }]);
    expect(await seen('')).toEqual([]);
    await expect(
      as(
        'api',
        one,
        `INSERT INTO users (org_id, id, mode, email) VALUES ('${other}', gen_random_uuid(), 'live', 'a@b.co')`,
      ),
    ).rejects.toThrow(/row-level security/u);
  });

  // A temporary table would answer for the one that it hides, to all who come later on the pool.
  it.each(
    (['api', 'worker'] as const).flatMap((role) =>
      [
        'CREATE TEMPORARY TABLE sessions (org_id uuid, id uuid)',
        'SELECT 1 AS id INTO TEMPORARY users',
        'CREATE TEMPORARY VIEW signing_keys AS SELECT 1 AS id',
        'CREATE TEMPORARY SEQUENCE audit_outbox_position_seq',
        'CREATE TABLE public.sessionz (id uuid)',
        'CREATE SCHEMA mallory',
      ].map((statement) => ({ role, statement })),
    ),
  )('lets $role hide nothing behind a table of its own: $statement', async (attempt) => {
    const org = '018f0000-0000-7000-8000-000000000004';
    await expect(as(attempt.role, org, attempt.statement)).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('refuses that a row changes sides, a dead grant lives, or a used token is fresh', async () => {
    const org = '018f0000-0000-7000-8000-000000000003';
    await owner.query(`INSERT INTO organizations (id, name) VALUES ($1, 'x')`, [org]);
    await owner.query(
      `INSERT INTO users (org_id, id, mode, email) VALUES ($1, $1, 'test', 'a@b.co')`,
      [org],
    );
    await expect(
      owner.query(`UPDATE users SET mode = 'live' WHERE org_id = $1`, [org]),
    ).rejects.toThrow(/cannot change its organization or mode/u);
    await owner.query(
      `INSERT INTO refresh_tokens (org_id, digest, grant_id, issued_at, expires_at, consumed_at)
       VALUES ($1, sha256('x'), $1, now(), now(), now())`,
      [org],
    );
    await expect(
      owner.query('UPDATE refresh_tokens SET consumed_at = NULL WHERE org_id = $1', [org]),
    ).rejects.toThrow(/stays used/u);
    // Two uses in one millisecond have the same timestamp.
    await expect(
      owner.query('UPDATE refresh_tokens SET consumed_at = consumed_at WHERE org_id = $1', [
        org,
      ]),
    ).rejects.toThrow(/stays used/u);
    await expect(
      owner.query(
        `INSERT INTO applications (org_id, id, mode, type, name, token_endpoint_auth_method)
         VALUES ($1, 'nma_live_0000000000000000000000', 'test', 'web', 'x', 'client_secret_basic')`,
        [org],
      ),
    ).rejects.toThrow(/applications_id_check/u);
  });

  it('has the tables of the audit trail as @nomo/audit makes them', () => {
    const file = path.join(app, 'prisma/migrations/20261122000300_audit/migration.sql');
    const [, ...sql] = readFileSync(file, 'utf8').split('\n\n');
    expect(sql.join('\n\n')).toBe(
      auditMigration({
        roles: Object.values(DATABASE_ROLES),
        readers: [DATABASE_ROLES.api],
        systemRole: DATABASE_ROLES.worker,
      }),
    );
  });

  it('is looked at across organizations for the reasons that are listed, and each is used', () => {
    const used = listSystemUses(path.join(app, 'src')).map(({ reason }) => reason);
    const own = SYSTEM_REASONS.filter((reason) => !reason.startsWith('audit: '));
    expect([...used].sort()).toEqual([...own].sort());
  });
});
