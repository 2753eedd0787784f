import { type OnApplicationShutdown } from '@nestjs/common';
import {
  statementNames,
  SystemDatabase,
  TenantDatabase,
  type Transaction,
  TransactionConnection,
  type TransactionOptions,
} from '@nomo/tenancy';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../generated/prisma/client.js';
import { DatabaseAway, isDatabaseAway } from './database-away.js';
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
    if (isDatabaseAway(error)) throw new DatabaseAway(error);
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
          Client: TransactionConnection,
          // A transaction holds a connection for a few milliseconds; more of them would only
          // wait inside PostgreSQL instead of here.
          max: 10,
          connectionTimeoutMillis: 5_000,
          // No question of ours takes seconds; one that does must not hold a connection.
          statement_timeout: 10_000,
        },
        { statementNameGenerator: statementNames() },
      ),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}
