import { type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../generated/prisma/client.js';

/** The pool of connections to PostgreSQL, and the queries of the generated client. */
export class Database extends PrismaClient implements OnApplicationShutdown {
  constructor(connectionString: string) {
    // Ten: the API asks PostgreSQL for little (the gate lives on Redis), and a burst of
    // keys it has not seen may not take every connection the server has.
    super({
      adapter: new PrismaPg({
        connectionString,
        max: 10,
        connectionTimeoutMillis: 5_000,
        // No question of ours takes seconds; one that does must not hold a connection.
        statement_timeout: 10_000,
      }),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}
