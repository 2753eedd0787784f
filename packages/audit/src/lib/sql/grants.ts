import type { AuditRoles } from '../../roles.js';

const ownTenant = `"tenant_id" = nullif(current_setting('app.tenant_id', true), '')::uuid`;

const tables = ['audit_outbox', 'audit_quarantine', 'audit_events', 'audit_heads'] as const;

/** Row-level security on every table, and what each role may do. */
export function grants({ roles, readers, systemRole }: Required<AuditRoles>): string {
  const writers = quoted([...new Set(roles)]);
  const reading = quoted([...new Set(readers)]);
  const system = quoted([systemRole]);
  const statements = [
    `-- Nobody sees another tenant's rows, the owner of the tables included.`,
    ...tables.flatMap((table) => [
      `ALTER TABLE "${table}" ENABLE ROW LEVEL SECURITY;`,
      `ALTER TABLE "${table}" FORCE ROW LEVEL SECURITY;`,
      `CREATE POLICY "system" ON "${table}" TO ${system} USING (true) WITH CHECK (true);`,
    ]),
    // A partition that is addressed by its own name asks its own policies: there are none.
    `DO $$
BEGIN
    FOR remainder IN 0..7 LOOP
        EXECUTE format('ALTER TABLE audit_events_p%s ENABLE ROW LEVEL SECURITY', remainder);
        EXECUTE format('ALTER TABLE audit_events_p%s FORCE ROW LEVEL SECURITY', remainder);
    END LOOP;
END $$;`,
    `GRANT SELECT, INSERT, DELETE ON "audit_outbox" TO ${system};`,
    `GRANT SELECT, INSERT ON "audit_quarantine", "audit_events" TO ${system};`,
    `GRANT SELECT, INSERT, UPDATE ON "audit_heads" TO ${system};`,
  ];
  if (writers !== '') {
    statements.push(
      `CREATE POLICY "tenant" ON "audit_outbox" FOR INSERT TO ${writers} WITH CHECK (${ownTenant});`,
      `GRANT INSERT ON "audit_outbox" TO ${writers};`,
    );
  }
  if (reading !== '') {
    statements.push(
      `CREATE POLICY "tenant" ON "audit_events" FOR SELECT TO ${reading} USING (${ownTenant});`,
      `GRANT SELECT ON "audit_events" TO ${reading};`,
    );
  }
  return `${statements.join('\n')}\n`;
}

function quoted(roles: readonly string[]): string {
  return roles.map((role) => `"${role}"`).join(', ');
}
