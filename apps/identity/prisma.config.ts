import { fileURLToPath } from 'node:url';
import { defineConfig } from 'prisma/config';

// Without this the CLI downloads a native engine from outside the package registry,
// even for `generate`: docs/decisions/0003-pinned-schema-engine.md.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= fileURLToPath(
  new URL('../../infra/schema-engine/schema-engine.mjs', import.meta.url),
);
process.env['CHECKPOINT_DISABLE'] ??= '1';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  // @nomo/audit has the SQL of these, and speaks to them without the generated client.
  experimental: { externalTables: true },
  tables: {
    external: ['audit_outbox', 'audit_quarantine', 'audit_events', 'audit_heads'].map(
      (table) => `public.${table}`,
    ),
  },
  migrations: { path: 'prisma/migrations' },
  // `generate` runs without a database.
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost:54329/identity' },
});
