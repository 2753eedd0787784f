import { type OnApplicationShutdown } from '@nestjs/common';
import {
  SystemDatabase,
  TenantDatabase,
  type Transaction,
  type TransactionOptions,
} from '@nomo/tenancy';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../generated/prisma/client.js';
import { databaseAway, isDatabaseAway } from './database-away.js';
import { type SystemReason } from './system-reasons.js';

/** A transaction of either door. */
export type Tx = Transaction<PrismaClient>;

/** The door to the tables of organizations, one at a time. While PostgreSQL is away it says so by a 503. */
export class Tenants extends TenantDatabase<PrismaClient> {
  override withTenant<R>(
    tenantId: string,
    work: (tx: Tx) => Promise<R>,
    options?: TransactionOptions,
  ): Promise<R> {
    return orAway(super.withTenant(tenantId, work, options));
  }

  override withoutTenant<R>(
    work: (tx: Tx) => Promise<R>,
    options?: TransactionOptions,
  ): Promise<R> {
    return orAway(super.withoutTenant(work, options));
  }
}

async function orAway<R>(result: Promise<R>): Promise<R> {
  try {
    return await result;
  } catch (error) {
    if (isDatabaseAway(error)) throw databaseAway(error);
    throw error;
  }
}

/** The door for work across organizations. */
export class System extends SystemDatabase<PrismaClient, SystemReason> {}

/** A pool of connections to PostgreSQL, and the queries of the generated client. */
export class Database extends PrismaClient implements OnApplicationShutdown {
  constructor(connectionString: string) {
    super({
      adapter: new PrismaPg(
        {
          connectionString,
          // A grant holds a connection for a few milliseconds; more of them would only wait
          // inside PostgreSQL instead of here.
          max: 10,
          connectionTimeoutMillis: 5_000,
          // No question of ours takes seconds; one that does must not hold a connection.
          statement_timeout: 10_000,
        },
        { statementNameGenerator: nameOf },
      ),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}

/** Statements are prepared under a name of their own, so that PostgreSQL plans each once. */
const names = new Map<string, string>();

/** More different texts than this come from lists of varying length, which are not worth a plan. */
const MOST_NAMES = 500;

function nameOf({ sql }: { readonly sql: string }): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  // The nameless statement: planned for this once.
  if (names.size >= MOST_NAMES) return '';
  const name = `s${names.size}`;
  names.set(sql, name);
  return name;
}
