import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { withDatabase } from './connection-url.mjs';
import { migrationAdapterFactory } from './migration-adapter.mjs';
import { registerPanics } from './panic.mjs';

/**
 * @import { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
 * @import { Datasource } from './command-line.mjs'
 */

/**
 * Loads the WebAssembly build and connects it to the database.
 *
 * @param {string} method the call that the engine is opened for
 * @param {Datasource} datasource
 * @param {[path: string, content: string][]} datamodels
 * @returns {Promise<SchemaEngine>}
 */
export async function openEngine(method, { url, shadowDatabaseUrl }, datamodels) {
  if (url === undefined) throw new Error('The datasource has no connection URL.');
  await loadBindings();

  /** @param {string} address */
  const connect = (address) =>
    bindings.SchemaEngine.new(
      { datamodels: datamodels.length > 0 ? datamodels : undefined },
      () => undefined, // a subscriber to the engine's log
      migrationAdapterFactory(address, shadowDatabaseUrl),
    );

  try {
    return await connect(url);
  } catch (error) {
    // Comparing two schema files needs no database, but this build cannot start without one.
    if (method === 'diff' && String(error).includes('does not exist')) {
      return connect(withDatabase(url));
    }
    throw error;
  }
}

/**
 * Does what the package's entry point does, which relies on WebAssembly modules being
 * importable; in Node 20 they are not.
 */
async function loadBindings() {
  registerPanics();
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
  const wasm = readFileSync(entry.replace(/schema_engine\.js$/, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, {
    './schema_engine_bg.js': /** @type {WebAssembly.ModuleImports} */ (
      /** @type {unknown} */ (bindings)
    ),
  });
  bindings.__wbg_set_wasm(instance.exports);
  /** @type {{ __wbindgen_start(): void }} */ (
    /** @type {unknown} */ (instance.exports)
  ).__wbindgen_start();
}
