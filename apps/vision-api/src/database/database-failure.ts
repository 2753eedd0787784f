/**
 * The SQLSTATE that PostgreSQL gave a failure, as Prisma hands it on; `undefined` where
 * PostgreSQL has not answered.
 * Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function sqlStateOf(error: unknown): string | undefined {
  const { meta } = (error ?? {}) as {
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  const code = meta?.driverAdapterError?.cause?.originalCode;
  return typeof code === 'string' ? code : undefined;
}

/** Values that do not fit (22), and rules of the tables that they break (23). */
const ABOUT_THE_DATA = /^2[23]/;

/** Connections (08), resources (53), an operator or a shutdown (57), the system (58). */
const ABOUT_THE_SERVER = /^(?:08|53|57|58)/;

/** Whether the same statement would fail again, for what was in it. */
export function isAboutTheData(error: unknown): boolean {
  return ABOUT_THE_DATA.test(sqlStateOf(error) ?? '');
}

/** Whether PostgreSQL could not be asked, or could not work. */
export function isAboutTheServer(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === undefined || ABOUT_THE_SERVER.test(state);
}
