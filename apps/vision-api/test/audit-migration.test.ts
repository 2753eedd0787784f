import { describe, expect, it } from '@jest/globals';
import { auditMigration } from '@nomo/audit';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AUDIT_ROLES } from '../src/audit/audit-roles.js';

const file = path.resolve(
  import.meta.dirname,
  '../prisma/migrations/20261122000100_audit_trail/migration.sql',
);

describe('the migration of the audit trail', () => {
  it('is what @nomo/audit makes of the roles', () => {
    const [, ...sql] = readFileSync(file, 'utf8').split('\n\n');
    expect(sql.join('\n\n')).toBe(auditMigration(AUDIT_ROLES));
  });
});
