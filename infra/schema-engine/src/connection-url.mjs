/** The database that every PostgreSQL cluster has, from which others are made and dropped. */
const MAINTENANCE_DATABASE = 'postgres';

/**
 * @param {string} url
 * @returns {string} the name of the database that a connection URL points to
 */
export function databaseOf(url) {
  return decodeURIComponent(new URL(url).pathname.slice(1)) || MAINTENANCE_DATABASE;
}

/**
 * @param {string} url
 * @param {string} [database]
 * @returns {string} the same server and account, another database
 */
export function withDatabase(url, database = MAINTENANCE_DATABASE) {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

/**
 * @param {string} url
 * @returns {string | undefined} Prisma's `?schema=`, which PostgreSQL's own URLs do not have
 */
export function schemaOf(url) {
  return new URL(url).searchParams.get('schema') ?? undefined;
}
