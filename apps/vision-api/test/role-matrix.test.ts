import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkTenancy, type TenancyFinding } from '@nomo/tenancy';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TENANCY_RULES } from '../src/database/tenancy-rules.js';
import { databaseRoleOf } from '../src/roles.js';
import { roleMatrix, using } from './support/role-matrix.js';
import { startStores, type Stores } from './support/stores.js';

const expected = readFileSync(
  path.join(import.meta.dirname, 'role-matrix.expected.md'),
  'utf8',
);

/** On a database that `prisma migrate deploy` has made, and nobody else has touched. */
describe('the roles of the database', () => {
  let stores: Stores;
  let urls: ReadonlyMap<string, string>;
  let matrix: string;

  beforeAll(async () => {
    stores = await startStores();
    urls = new Map([...stores.urls].map(([role, url]) => [databaseRoleOf(role), url]));
    matrix = await roleMatrix(stores.databaseUrl, urls);
  });
  afterAll(() => stores.stop());

  /** What the check of the catalog says after a change, which is then taken back. */
  const checkAfter = (change: string): Promise<TenancyFinding[]> =>
    using(stores.databaseUrl, async (client) => {
      await client.query(`BEGIN; ${change}`);
      try {
        return await checkTenancy(
          async (sql, params) =>
            (await client.query<Record<string, unknown>>(sql, params)).rows,
          TENANCY_RULES,
        );
      } finally {
        await client.query('ROLLBACK');
      }
    });

  it('may do what is written down, and nothing else', () => {
    const table = expected
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.replaceAll(/ +\|/gu, ' |').replaceAll(/\| +/gu, '| '))
      .map((line) => line.replaceAll(/-{3,}/gu, '---'))
      .join('\n');
    expect(matrix).toBe(table);
  });

  it.each([
    ['a table', 'DELETE ON users', 'nomosly_vision', 'users'],
    ['a column', 'UPDATE (secret_hash) ON api_keys', 'nomosly_keys', 'api_keys'],
    ['a partition', 'SELECT ON usage_records_p3', 'nomosly_billing', 'usage_records_p3'],
    ['a table by everybody', 'TRUNCATE ON audit_heads', 'PUBLIC', 'audit_heads'],
  ])('show a stray grant on %s', async (_, grant, role, table) => {
    await using(stores.databaseUrl, (client) => client.query(`GRANT ${grant} TO ${role}`));
    const after = await roleMatrix(stores.databaseUrl, urls);
    await using(stores.databaseUrl, (client) => client.query(`REVOKE ${grant} FROM ${role}`));
    const changed = after.split('\n').filter((line) => !matrix.includes(line));
    expect(changed).toHaveLength(1);
    expect(changed[0]?.startsWith(`| ${table} `)).toBe(true);
  });

  it('and the tables stand as the rules say', async () => {
    expect(await checkAfter('')).toEqual([]);
  });

  it.each([
    [
      'policies that are gone',
      'DROP POLICY tenant ON quota_counters; DROP POLICY system ON quota_counters',
      'policy-missing',
    ],
    [
      'a table that is not forced',
      'ALTER TABLE usage_hours NO FORCE ROW LEVEL SECURITY',
      'policies-not-forced',
    ],
    ['a table that nobody has named', 'CREATE TABLE stray (id int)', 'table-unnamed'],
    [
      'a unique key across customers',
      'CREATE UNIQUE INDEX stray ON users (email)',
      'key-across-tenants',
    ],
    [
      'a policy that lets more through',
      'CREATE POLICY stray ON users USING (true)',
      'policy-wrong',
    ],
    [
      'a function that lends the rights of its owner',
      'GRANT EXECUTE ON FUNCTION usage_records_add_up() TO nomosly_vision',
      'function-as-owner',
    ],
  ])('show %s', async (_, change, kind) => {
    expect((await checkAfter(change)).map((finding) => finding.kind)).toContain(kind);
  });
});
