import { Global, Logger, Module } from '@nestjs/common';
import { CONFIG, HealthRegistry } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { Database, Tenants } from './database.js';

/** What the policies of PostgreSQL let the role `namoid_api` see. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [CONFIG, { token: HealthRegistry, optional: true }],
      useFactory: (config: Config, health?: HealthRegistry) => {
        const database = new Database(config.DATABASE_URL_API);
        health?.register('database', async () => {
          await database.$queryRaw`SELECT 1`;
        });
        return database;
      },
    },
    {
      provide: Tenants,
      inject: [Database],
      useFactory: (database: Database) => {
        const logger = new Logger('Database');
        return new Tenants(database, {
          onCallbackError: (error) => {
            logger.error(error, 'What was to follow a commit has failed');
          },
        });
      },
    },
  ],
  exports: [Tenants],
})
export class DatabaseModule {}
