import { fileURLToPath } from 'node:url';
import { defineConfig } from 'prisma/config';

// Without this the CLI downloads a native engine from outside the package registry,
// even for `generate`: docs/decisions/0003-pinned-schema-engine.md.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= fileURLToPath(
  new URL('../../infra/schema-engine/schema-engine.mjs', import.meta.url),
);
process.env['CHECKPOINT_DISABLE'] ??= '1';

/** The client of the tests; the package itself has no schema. */
export default defineConfig({ schema: 'test/fixture/schema.prisma' });
