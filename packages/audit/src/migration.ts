import { InvalidAuditSetup } from './errors.js';
import { eventTables } from './lib/sql/events.js';
import { grants } from './lib/sql/grants.js';
import { headTable } from './lib/sql/heads.js';
import { outboxTables } from './lib/sql/outbox.js';
import type { AuditRoles } from './roles.js';

/**
 * The SQL that makes the tables of the audit trail in the schema `public`: `audit_outbox`,
 * `audit_quarantine`, `audit_events` (in eight partitions by tenant) and `audit_heads`, with their
 * triggers, row-level security and grants.
 *
 * Copy it into a migration of the app, and let a test compare the two. The roles have to exist.
 * A migration that has been applied stays as it is: later versions of this package that need
 * another schema come with SQL of their own.
 *
 * @throws {InvalidAuditSetup} A name that is not made of a-z, 0-9 and `_`.
 */
export function auditMigration({ roles, readers = [], systemRole }: AuditRoles): string {
  for (const role of [...roles, ...readers, systemRole]) {
    if (!/^[a-z_][a-z0-9_]{0,62}$/.test(role)) {
      throw new InvalidAuditSetup('A role is named with a-z, 0-9 and _');
    }
  }
  return [outboxTables, eventTables, headTable, grants({ roles, readers, systemRole })].join(
    '\n',
  );
}
