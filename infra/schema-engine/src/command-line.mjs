import { parseArgs } from 'node:util';

/**
 * @typedef {{ url?: string, shadowDatabaseUrl?: string }} Datasource
 * @typedef {object} CommandLine
 * @property {boolean} printVersion
 * @property {string | undefined} databaseCommand what follows `cli`, when it does
 * @property {Datasource} datasource
 * @property {string[]} datamodelPaths
 */

/**
 * Reads the flags that the Prisma CLI gives its engine.
 *
 * `--enabled-preview-features` and `--extension-types` are known and have no counterpart in
 * the WebAssembly build, which reads preview features from the schema itself.
 *
 * @param {string[]} argv without the interpreter and the script
 * @returns {CommandLine}
 * @throws {TypeError} on a flag that this engine does not know
 */
export function parseCommandLine(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      version: { type: 'boolean', default: false },
      datasource: { type: 'string', default: '{}' },
      datamodels: { type: 'string', multiple: true, default: [] },
      'enabled-preview-features': { type: 'string' },
      'extension-types': { type: 'string' },
    },
  });
  return {
    printVersion: values.version,
    databaseCommand: positionals[0] === 'cli' ? (positionals[1] ?? '') : undefined,
    datasource: /** @type {Datasource} */ (JSON.parse(values.datasource)),
    datamodelPaths: values.datamodels,
  };
}
