import pg from 'pg';
import { databaseOf, withDatabase } from './connection-url.mjs';
import { log } from './log.mjs';

/** @type {Record<string, (url: string) => Promise<void>>} */
const commands = {
  'can-connect-to-database': (url) => onServer(url, () => Promise.resolve()),
  'create-database': (url) =>
    onServer(withDatabase(url), async (client) => {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(databaseOf(url))}`);
    }),
  'drop-database': (url) =>
    onServer(withDatabase(url), async (client) => {
      const database = client.escapeIdentifier(databaseOf(url));
      await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    }),
};

/** The CLI branches on these codes: on P1003, for example, it goes on to create the database. */
const prismaCodes = new Map([
  ['3D000', 'P1003'], // invalid_catalog_name
  ['42P04', 'P1009'], // duplicate_database
  ['42501', 'P1010'], // insufficient_privilege
  ['ECONNREFUSED', 'P1001'],
  ['ENOTFOUND', 'P1001'],
  ['ETIMEDOUT', 'P1002'],
]);
const AUTHENTICATION_FAILED = 'P1000';

/**
 * Answers `schema-engine … cli <command>`.
 *
 * @param {string} name
 * @param {string | undefined} url
 * @returns {Promise<number>} the exit code
 */
export async function runDatabaseCommand(name, url) {
  // The CLI drops the first line of stderr before it looks for an error.
  log('INFO', `Starting schema engine CLI: ${name}`);
  const command = commands[name];
  if (command === undefined || url === undefined) {
    log(
      'ERROR',
      command === undefined ? `Unknown command: ${name}` : 'No connection URL given.',
    );
    return 1;
  }
  try {
    await command(url);
    return 0;
  } catch (error) {
    const { code, message } = describe(error);
    log('ERROR', message, prismaCodes.get(code) ?? AUTHENTICATION_FAILED);
    return 1;
  }
}

/**
 * @param {string} url
 * @param {(client: pg.Client) => Promise<void>} use
 */
async function onServer(url, use) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

/**
 * Node reports a refused connection to a name with several addresses as an AggregateError,
 * which has a code and an empty message.
 *
 * @param {unknown} error
 * @returns {{ code: string, message: string }}
 */
function describe(error) {
  const { code, message } = /** @type {{ code?: string, message?: string }} */ (error);
  return { code: code ?? '', message: message || code || String(error) };
}
