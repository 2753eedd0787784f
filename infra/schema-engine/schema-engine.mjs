#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which the Prisma CLI would otherwise
 * download from outside the package registry. The CLI starts the file that
 * `PRISMA_SCHEMA_ENGINE_BINARY` names, passes the flags below and speaks JSON-RPC over
 * stdin and stdout; here the engine's WebAssembly build answers.
 */
import { readFileSync } from 'node:fs';
import { parseCommandLine } from './src/command-line.mjs';
import { runDatabaseCommand } from './src/database-commands.mjs';
import { openEngine } from './src/engine.mjs';
import { serveRpc } from './src/rpc.mjs';

const { printVersion, databaseCommand, datasource, datamodelPaths } = parseCommandLine(
  process.argv.slice(2),
);

if (printVersion) {
  const { version } = JSON.parse(
    readFileSync(new URL('package.json', import.meta.url), 'utf8'),
  );
  console.log(`schema-engine-cli ${version}`);
} else if (databaseCommand !== undefined) {
  process.exitCode = await runDatabaseCommand(databaseCommand, datasource.url);
} else {
  const datamodels = datamodelPaths.map(
    (path) => /** @type {[string, string]} */ ([path, readFileSync(path, 'utf8')]),
  );
  await serveRpc((method) => openEngine(method, datasource, datamodels));
  // The connection pool would keep the process alive after the CLI has hung up.
  process.exit();
}
