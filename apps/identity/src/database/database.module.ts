import { Global, Logger, Module } from '@nestjs/common';
import { CONFIG, HealthRegistry } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { Database, Tenants } from './database.js';
import { Pipelines } from './pipelines.js';
import { StartUpCheck } from './start-up-check.js';
import { DATABASE_ROLES } from './tenancy-rules.js';

const logger = new Logger('Database');

function onCallbackError(error: unknown): void {
  logger.error(error, 'What was to follow a commit has failed');
}

/** What the policies of PostgreSQL let the role `namoid_api` see. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [CONFIG],
      useFactory: (config: Config) => new Database(config.DATABASE_URL_API),
    },
    {
      provide: StartUpCheck,
      inject: [Database, { token: HealthRegistry, optional: true }],
      useFactory: (database: Database, health?: HealthRegistry) => {
        const check = new StartUpCheck(database, {
          role: DATABASE_ROLES.api,
          variable: 'DATABASE_URL_API',
        });
        health?.register('database', async () => {
          await check.assertPassed();
          await database.$queryRaw`SELECT 1`;
        });
        return check;
      },
    },
    {
      provide: Tenants,
      inject: [Database],
      useFactory: (database: Database) => {
        return new Tenants(database, { onCallbackError });
      },
    },
    {
      provide: Pipelines,
      inject: [CONFIG],
      useFactory: (config: Config) => new Pipelines(config.DATABASE_URL_API, onCallbackError),
    },
  ],
  exports: [Pipelines, Tenants],
})
export class DatabaseModule {}
