import type { TransactionalClient } from '@nomo/tenancy';
import type { AuditSql } from '../src/index.js';

/** A real Prisma client, of which only raw queries and transactions are of use. */
export interface RawClient extends TransactionalClient, AuditSql {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>;
  $executeRawUnsafe(query: string, ...values: unknown[]): PromiseLike<number>;
  $disconnect(): Promise<void>;
}

/** Opens a Prisma client that prepares each statement once on each connection. */
export function openPrisma(url: string): RawClient;
