import path from 'node:path';

import { createTestDatabase, type TestDatabase } from '@nomo/local/testing';
import { Client } from 'pg';

import { auditMigration } from '../src/index.js';

/** An app's runtime role, a role that may do nothing, and the worker's. */
export const roles = {
  api: 'audit_test_api',
  stranger: 'audit_test_stranger',
  worker: 'audit_test_worker',
} as const;

/** The roles are the cluster's, and several test files may want them at once. */
const ROLES_LOCK = 0x61_75_64_74;

/** Both tables of a small app: one that it changes, and the audit trail. */
const appSql = `
  CREATE TABLE things (tenant_id uuid NOT NULL, id uuid NOT NULL, name text NOT NULL, PRIMARY KEY (tenant_id, id));
  ALTER TABLE things ENABLE ROW LEVEL SECURITY;
  ALTER TABLE things FORCE ROW LEVEL SECURITY;
  CREATE POLICY tenant ON things USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
  GRANT SELECT, INSERT, UPDATE, DELETE ON things TO ${roles.api};
`;

/** A database with the audit trail, made by the SQL that an app's migration copies. */
export async function createAuditDatabase(): Promise<TestDatabase> {
  return createTestDatabase({
    name: 'audit',
    migrationsDir: path.join(import.meta.dirname, '../src/lib/sql'),
    migrate: async (url) => {
      await withPg(url, async (client) => {
        await client.query('SELECT pg_advisory_lock($1)', [ROLES_LOCK]);
        for (const role of Object.values(roles)) {
          const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [
            role,
          ]);
          if (rowCount === 0) await client.query(`CREATE ROLE ${role} LOGIN`);
          await client.query(`ALTER ROLE ${role} PASSWORD 'audit-test'`);
        }
        await client.query(
          auditMigration({
            roles: [roles.api],
            readers: [roles.api],
            systemRole: roles.worker,
          }),
        );
        await client.query(appSql);
      });
    },
  });
}

/** The connection string of one of the roles. */
export function urlFor(database: TestDatabase, role: keyof typeof roles): string {
  const url = new URL(database.url);
  url.username = roles[role];
  url.password = 'audit-test';
  return url.href;
}

/** Runs `work` on a connection of its own. */
export async function withPg<R>(url: string, work: (client: Client) => Promise<R>): Promise<R> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
