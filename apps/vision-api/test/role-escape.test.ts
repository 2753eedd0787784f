import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateApiKey } from '@nomo/security-core';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { TENANCY_RULES } from '../src/database/tenancy-rules.js';
import { ROLES, type Role } from '../src/roles.js';
import { startStores, type Stores } from './support/stores.js';

const DENIED = '42501';
const TABLES = Object.keys(TENANCY_RULES.tenantTables);

/** What somebody who got a statement into a connection of a role would try next. */
describe('the role', () => {
  let stores: Stores;
  let owner: pg.Client;
  const clients = new Map<Role, pg.Client>();
  const eve = randomUUID();
  const ada = randomUUID();
  const adasKey = generateApiKey({ mode: 'test' }).id;

  beforeAll(async () => {
    stores = await startStores();
    owner = new pg.Client({ connectionString: stores.databaseUrl });
    await owner.connect();
    for (const [id, email] of [
      [ada, 'ada@example.com'],
      [eve, 'eve@example.com'],
    ]) {
      await owner.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, email]);
    }
    await owner.query(
      `INSERT INTO api_keys (user_id, id, secret_hash, scopes)
       VALUES ($1, $2, sha256('x'), '{text:detect}')`,
      [ada, adasKey],
    );
    await owner.query('ANALYZE');
    for (const role of ROLES) {
      const client = new pg.Client({ connectionString: stores.urls.get(role) });
      await client.connect();
      clients.set(role, client);
    }
  });
  afterAll(async () => {
    for (const client of clients.values()) await client.end();
    await owner.end();
    await stores.stop();
  });

  const clientOf = (role: Role): pg.Client => {
    const client = clients.get(role);
    if (client === undefined) throw new Error(`nobody signed in as ${role}`);
    return client;
  };

  /** Sends statements as Eve, and takes them back. @returns rows, or the SQLSTATE and message */
  const attempt = async (role: Role, statement: string): Promise<unknown[] | string> => {
    const client = clientOf(role);
    await client.query('BEGIN');
    try {
      await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [eve]);
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      return error.code ?? error.message;
    } finally {
      await client.query('ROLLBACK');
    }
  };

  describe.each(ROLES)('%s', (role) => {
    it.each([
      // Becoming somebody else.
      ...ROLES.filter((other) => other !== role).map((other) => `SET ROLE nomosly_${other}`),
      'SET ROLE postgres',
      'SET SESSION AUTHORIZATION postgres',
      'CREATE ROLE mallory',
      `ALTER ROLE nomosly_${role} BYPASSRLS`,
      'GRANT nomosly_worker TO CURRENT_USER',
      // Putting something in the way of what others send over the same connection.
      'CREATE TEMPORARY TABLE api_keys (user_id uuid, id text)',
      'SELECT 1 AS id INTO TEMPORARY users',
      'CREATE TABLE public.api_keyz (id text)',
      'CREATE SCHEMA mallory',
      'CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$',
      'CREATE EXTENSION dblink',
      'CREATE RULE mallory AS ON INSERT TO users DO ALSO NOTIFY mallory',
      // Lifting what holds it.
      'ALTER TABLE users DISABLE ROW LEVEL SECURITY',
      'ALTER POLICY tenant ON users USING (true)',
      'CREATE POLICY mallory ON users USING (true)',
      'DROP TRIGGER api_keys_keep_identity ON api_keys',
      'SET session_replication_role = replica',
      // Reaching the machine.
      `SELECT pg_read_file('/etc/passwd')`,
      `COPY (SELECT 1) TO PROGRAM 'true'`,
      // Reading around the tables.
      'SELECT * FROM pg_statistic',
      'SELECT last_value FROM audit_outbox_position_seq',
      'SELECT * FROM usage_records_p0',
      'SELECT * FROM audit_events_p0',
    ])('may not %s', async (statement) => {
      expect(await attempt(role, statement)).toBe(DENIED);
    });

    it('is refused where it asks to be told what policies hide', async () => {
      for (const table of TABLES) {
        const told = await attempt(role, `SET LOCAL row_security = off; SELECT FROM ${table}`);
        // The worker's policy hides nothing from it.
        if (role !== 'worker') expect({ table, told }).toEqual({ table, told: DENIED });
      }
    });

    it('learns nothing from the statistics of tables', async () => {
      expect(
        await attempt(
          role,
          `SELECT tablename FROM pg_stats WHERE schemaname = 'public'
          AND tablename NOT LIKE '%directory' AND tablename <> '_prisma_migrations'`,
        ),
      ).toEqual([]);
    });

    it('keeps nobody from a table', async () => {
      const locked: string[] = [];
      for (const table of TABLES) {
        const lock = `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`;
        if ((await attempt(role, lock)) !== DENIED) locked.push(table);
      }
      // Whoever may empty a table may lock it: PostgreSQL takes that for reason enough. The worker
      // moves heads and empties the outbox; sessions are the console's own, and those two end them.
      const own: Partial<Record<Role, string[]>> = {
        console: ['sessions'],
        worker: ['sessions', 'audit_outbox', 'audit_heads'],
      };
      expect(locked).toEqual(own[role] ?? []);
    });

    it('can call no function with the rights of its owner', async () => {
      const { rows } = await clientOf(role).query(
        `SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
         AND has_function_privilege(oid, 'EXECUTE')`,
      );
      expect(rows).toEqual([]);
    });
  });

  it('finds out by no foreign key whether another’s key exists', async () => {
    const insert = (id: string): string =>
      `INSERT INTO quota_counters VALUES ('${eve}', '${id}', current_date, 1)`;
    const unknown = generateApiKey({ mode: 'test' }).id;
    expect(await attempt('vision', insert(adasKey))).toBe('23503');
    expect(await attempt('vision', insert(unknown))).toBe('23503');
  });

  it('finds out by no unique key which events of others there are', async () => {
    const event = randomUUID();
    await owner.query(
      `INSERT INTO usage_records VALUES ($1, $2, 'k', 'text:detect', 200, now())`,
      [ada, event],
    );
    const insert = `INSERT INTO usage_records VALUES ('${eve}', '${event}', 'k', 'text:detect', 200, now())`;
    expect(await attempt('vision', insert)).toEqual([]);
  });

  it('runs nothing with its owner’s rights that looks a name up where others may write', async () => {
    const { rows } = await owner.query<{ proname: string; path: string | null }>(
      `SELECT proname, (SELECT option FROM unnest(proconfig) AS option WHERE option LIKE 'search_path=%') AS path
       FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row).toEqual({ ...row, path: 'search_path=pg_catalog, public, pg_temp' });
    }
  });
});
