import { Global, Module } from '@nestjs/common';
import { CONFIG, HealthRegistry } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { Database } from './database.js';

@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [CONFIG, { token: HealthRegistry, optional: true }],
      useFactory: (config: Config, health?: HealthRegistry) => {
        const database = new Database(config.DATABASE_URL);
        health?.register('database', async () => {
          await database.$queryRaw`SELECT 1`;
        });
        return database;
      },
    },
  ],
  exports: [Database],
})
export class DatabaseModule {}
