// Plain JavaScript, so that the processes that tests start can use it as well.
import { PrismaPg } from '@prisma/adapter-pg';
import { getPrismaClient } from '@prisma/client/runtime/client';

/** What `prisma generate` writes for a schema without models. */
const PrismaClient = getPrismaClient({
  previewFeatures: [],
  clientVersion: '7.10.0',
  engineVersion: 'none',
  activeProvider: 'postgresql',
  inlineSchema: 'datasource db {\n  provider = "postgresql"\n}\n',
  runtimeDataModel: { models: {}, enums: {}, types: {} },
  parameterizationSchema: { strings: [], graph: Buffer.alloc(32).toString('base64') },
  compilerWasm: {
    getRuntime: () => import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs'),
    getQueryCompilerWasmModule: async () => {
      const { wasm } =
        await import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs');
      return new WebAssembly.Module(Buffer.from(wasm, 'base64'));
    },
    importName: './query_compiler_fast_bg.js',
  },
});

const names = new Map();

export function openPrisma(connectionString) {
  const statementNameGenerator = ({ sql }) => {
    const name = names.get(sql) ?? `audit_${names.size}`;
    names.set(sql, name);
    return name;
  };
  return new PrismaClient({
    adapter: new PrismaPg({ connectionString }, { statementNameGenerator }),
  });
}
