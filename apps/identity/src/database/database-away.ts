import { Problem } from '@nomo/service-kit';
import { PipelineBroken } from '@nomo/tenancy';
import { Prisma } from '../generated/prisma/client.js';

/** Values that do not fit (22), rules they break (23), statements that are wrong (42). */
const ABOUT_THE_STATEMENT = /^(?:22|23|42)/;

/**
 * Codes of Prisma for a server that cannot be reached, a pool or a transaction that is out of
 * time, a connection that has broken off, and two transactions that stood in each other's way.
 */
const AWAY = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']);

/** What the driver says of a connection that breaks off or cannot be had, where Prisma does not. */
const OF_THE_CONNECTION =
  /^(?:Connection terminated|Client (?:was closed|has encountered a connection error)|timeout exceeded when trying to connect)/;
const OF_THE_NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** Connections (08), two that stood in each other's way (40), resources (53), an operator or a shutdown (57), the system (58). */
const ABOUT_THE_SERVER = /^(?:08|40|53|57|58)...$/;

/**
 * Whether PostgreSQL could not be asked, or could not work: the same request may succeed in a
 * moment. Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (error instanceof Prisma.PrismaClientKnownRequestError) return isAwayByPrisma(error);
  if (error instanceof PipelineBroken) return true;
  if (error.name === 'DriverAdapterError') return true;
  const { code } = error as { code?: unknown };
  return (
    OF_THE_CONNECTION.test(error.message) ||
    (typeof code === 'string' && (OF_THE_NETWORK.has(code) || ABOUT_THE_SERVER.test(code)))
  );
}

function isAwayByPrisma(error: Prisma.PrismaClientKnownRequestError): boolean {
  // What the network says of a connection, Prisma hands on as if it were a code of its own.
  if (AWAY.has(error.code) || OF_THE_NETWORK.has(error.code)) return true;
  // A raw statement that failed: what PostgreSQL said of it decides.
  if (error.code !== 'P2010') return false;
  const state = sqlStateOf(error);
  return state === undefined || !ABOUT_THE_STATEMENT.test(state);
}

/**
 * What was asked of PostgreSQL did not happen; whoever asked may ask again. Where its answer to a
 * COMMIT was lost nobody knows: what is used once may be used up then.
 */
export class DatabaseAway extends Problem {
  constructor(cause: unknown) {
    super({
      status: 503,
      code: 'unavailable',
      detail: 'The service cannot take this request at the moment. Retry after a short pause.',
      headers: { 'Retry-After': '1' },
      cause,
    });
  }
}

function sqlStateOf({ meta }: Prisma.PrismaClientKnownRequestError): string | undefined {
  const { driverAdapterError } = (meta ?? {}) as {
    driverAdapterError?: { cause?: { originalCode?: unknown } };
  };
  const code = driverAdapterError?.cause?.originalCode;
  return typeof code === 'string' ? code : undefined;
}
