import { Global, Logger, Module } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { type WorkerConfig } from '../config.js';
import { Database, System } from './database.js';
import { SYSTEM_REASONS } from './system-reasons.js';

const SYSTEM_POOL = Symbol('the pool of the role namoid_worker');

/** What sees every organization: for the worker and the command line, never for HTTP. */
@Global()
@Module({
  providers: [
    {
      provide: SYSTEM_POOL,
      inject: [CONFIG],
      useFactory: (config: WorkerConfig) => new Database(config.DATABASE_URL_WORKER),
    },
    {
      provide: System,
      inject: [SYSTEM_POOL],
      useFactory: (database: Database) => {
        const logger = new Logger('System');
        return new System(database, {
          reasons: SYSTEM_REASONS,
          onUse: (use) => {
            logger.debug(use, `across organizations: ${use.reason}`);
          },
          onCallbackError: (error) => {
            logger.error(error, 'What was to follow a commit has failed');
          },
        });
      },
    },
  ],
  exports: [System],
})
export class SystemDatabaseModule {}
