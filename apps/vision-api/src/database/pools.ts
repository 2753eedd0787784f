import { type OnApplicationShutdown } from '@nestjs/common';
import { statementNames, TransactionConnection } from '@nomo/tenancy';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../generated/prisma/client.js';
import { type Role } from '../roles.js';

/**
 * Connections a role may hold in one process, at most. They are opened when they are needed
 * and closed when they idle; a process with all roles holds at most 26 of the 100 that
 * PostgreSQL has by default.
 */
const CONNECTIONS: Readonly<Record<Role, number>> = {
  // The gate lives on Redis, and a burst of keys it has not seen may not take every
  // connection the server has.
  vision: 10,
  keys: 4,
  billing: 4,
  webhook: 2,
  admin: 2,
  // Two short transactions for each call of a page.
  console: 4,
  // Four batches of usage at a time, and the audit trail beside them.
  worker: 10,
};

/** The pools of one process, one a role, each signed in as that role. */
export class Pools implements OnApplicationShutdown {
  private readonly pools: ReadonlyMap<Role, PrismaClient>;

  constructor(urls: ReadonlyMap<Role, string>) {
    this.pools = new Map([...urls].map(([role, url]) => [role, openPool(role, url)]));
  }

  get roles(): readonly Role[] {
    return [...this.pools.keys()];
  }

  /** @throws Error when this process does not act in that role */
  of(role: Role): PrismaClient {
    const pool = this.pools.get(role);
    if (pool === undefined) throw new Error(`this process has no pool for the role ${role}`);
    return pool;
  }

  /** Resolves when PostgreSQL answers every role. */
  async ping(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.$queryRaw`SELECT 1`));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.$disconnect()));
  }
}

function openPool(role: Role, connectionString: string): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg(
      {
        connectionString,
        Client: TransactionConnection,
        max: CONNECTIONS[role],
        connectionTimeoutMillis: 5_000,
        // No question of ours takes seconds; one that does must not hold a connection.
        statement_timeout: 10_000,
        // An open transaction that sends nothing holds locks and a connection for nothing.
        idle_in_transaction_session_timeout: 20_000,
      },
      { statementNameGenerator: statementNames() },
    ),
  });
}
