import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
} from '@prisma/driver-adapter-utils';
import { randomUUID } from 'node:crypto';
import { schemaOf, withDatabase } from './connection-url.mjs';

/**
 * @import { ErrorCapturingSqlMigrationAwareDriverAdapterFactory, SqlDriverAdapter, SqlQuery, SqlResultSet } from '@prisma/driver-adapter-utils'
 * @import { QueryArrayResult } from 'pg'
 * @typedef {Awaited<ReturnType<PrismaPg['connect']>>} PgAdapter
 *
 * What the stock adapter keeps to itself and its repair needs.
 * @typedef {object} Internals
 * @property {(query: SqlQuery) => Promise<QueryArrayResult<unknown[]>>} performIO
 * @property {(error: unknown) => never} onError
 */

// Type ids from PostgreSQL's catalog, pg_type.dat.
const INTERNAL_CHAR = 18;
const TEXT = 25;

/**
 * The driver adapter for PostgreSQL, made fit for migrations.
 *
 * @param {string} url
 * @param {string} [shadowDatabaseUrl] the database to use as shadow database; without it one
 *   is created for the occasion and dropped afterwards
 * @returns {ErrorCapturingSqlMigrationAwareDriverAdapterFactory}
 */
export function migrationAdapterFactory(url, shadowDatabaseUrl) {
  return bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(url),
    connectToShadowDb: () =>
      shadowDatabaseUrl === undefined ? connectToNewDatabase(url) : connect(shadowDatabaseUrl),
  });
}

/**
 * @param {string} url
 * @returns {Promise<PgAdapter>}
 */
async function connect(url) {
  const schema = schemaOf(url);
  const factory = new PrismaPg(
    {
      connectionString: url,
      // The migration lock is an advisory lock, and that belongs to a session: there has to be
      // one connection, and it has to stay.
      max: 1,
      idleTimeoutMillis: 0,
    },
    schema === undefined ? {} : { schema },
  );
  const adapter = await factory.connect();
  readInternalChars(adapter);
  sendScriptsWhole(adapter);
  return adapter;
}

/**
 * The stock adapter takes its shadow database's address from separate fields, and so stays on
 * the main database when it was given a URL; and it drops the database while still connected
 * to it, which PostgreSQL refuses.
 *
 * @param {string} url
 * @returns {Promise<SqlDriverAdapter>}
 */
async function connectToNewDatabase(url) {
  const database = `prisma_migrate_shadow_db_${randomUUID()}`;
  const main = await connect(url);
  try {
    await main.executeScript(`CREATE DATABASE "${database}"`);
  } catch (error) {
    await main.dispose();
    throw error;
  }
  const shadow = await connect(withDatabase(url, database));
  const disconnect = shadow.dispose.bind(shadow);
  shadow.dispose = async () => {
    await disconnect();
    await main.executeScript(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
    await main.dispose();
  };
  return shadow;
}

/**
 * The stock adapter splits a script at every semicolon, which cuts function bodies and string
 * literals to pieces. PostgreSQL takes a script as it is, and runs it as one transaction.
 *
 * @param {PgAdapter} adapter
 */
function sendScriptsWhole(adapter) {
  const { onError } = internals(adapter);
  adapter.executeScript = async (script) => {
    try {
      await adapter.underlyingDriver().query(script);
    } catch (error) {
      onError.call(adapter, error);
    }
  };
}

/**
 * PostgreSQL's catalog is full of columns of its internal type `"char"`, for which the stock
 * adapter has no mapping and gives up. It is given to the adapter as text, and to the engine
 * as the single character that it expects.
 *
 * @param {PgAdapter} adapter
 */
function readInternalChars(adapter) {
  const { performIO } = internals(adapter);
  const { queryRaw } = adapter;
  /** @type {WeakMap<unknown[][], number[]>} */
  const charColumns = new WeakMap();

  internals(adapter).performIO = async (query) => {
    const result = await performIO.call(adapter, query);
    const columns = [];
    for (const [index, field] of result.fields.entries()) {
      if (field.dataTypeID !== INTERNAL_CHAR) continue;
      field.dataTypeID = TEXT;
      columns.push(index);
    }
    charColumns.set(result.rows, columns);
    return result;
  };

  adapter.queryRaw = async (query) => {
    const result = await queryRaw.call(adapter, query);
    for (const index of charColumns.get(result.rows) ?? []) {
      result.columnTypes[index] = ColumnTypeEnum.Character;
    }
    return result;
  };
}

/**
 * @param {PgAdapter} adapter
 * @returns {Internals}
 */
function internals(adapter) {
  return /** @type {Internals} */ (/** @type {unknown} */ (adapter));
}
