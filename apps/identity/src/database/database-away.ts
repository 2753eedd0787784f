import { Problem } from '@nomo/service-kit';
import { Prisma } from '../generated/prisma/client.js';

/** Values that do not fit (22), rules they break (23), statements that are wrong (42). */
const ABOUT_THE_STATEMENT = /^(?:22|23|42)/;

/**
 * Codes of Prisma for a server that cannot be reached, a pool or a transaction that is out of
 * time, a connection that has broken off, and two transactions that stood in each other's way.
 */
const AWAY = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']);

/**
 * Whether PostgreSQL could not be asked, or could not work: the same request may succeed in a
 * moment. Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) {
    return error instanceof Error && error.name === 'DriverAdapterError';
  }
  if (AWAY.has(error.code)) return true;
  const state = sqlStateOf(error);
  if (error.code === 'P2010') return state === undefined || !ABOUT_THE_STATEMENT.test(state);
  return false;
}

/** What was asked of PostgreSQL did not happen; whoever asked may ask again. */
export function databaseAway(cause: unknown): Problem {
  return new Problem({
    status: 503,
    code: 'unavailable',
    detail: 'The service cannot take this request at the moment. Retry after a short pause.',
    headers: { 'Retry-After': '1' },
    cause,
  });
}

function sqlStateOf({ meta }: Prisma.PrismaClientKnownRequestError): string | undefined {
  const { driverAdapterError } = (meta ?? {}) as {
    driverAdapterError?: { cause?: { originalCode?: unknown } };
  };
  const code = driverAdapterError?.cause?.originalCode;
  return typeof code === 'string' ? code : undefined;
}
