import { type OnModuleDestroy } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../generated/prisma/client.js';

/** The pool of connections to PostgreSQL, and the queries of the generated client. */
export class Database extends PrismaClient implements OnModuleDestroy {
  constructor(connectionString: string) {
    // Ten: the API asks PostgreSQL for little (the gate lives on Redis), and a burst of
    // keys it has not seen may not take every connection the server has.
    super({
      adapter: new PrismaPg({
        connectionString,
        max: 10,
        connectionTimeoutMillis: 5_000,
      }),
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.$disconnect();
  }
}
