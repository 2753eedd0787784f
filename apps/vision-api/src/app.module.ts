import { Module } from '@nestjs/common';
import { DatabaseModule } from './database/database.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { RedisModule } from './redis/redis.module.js';
import { UsageModule } from './usage/usage.module.js';

/** Everything that answers HTTP. */
@Module({ imports: [DatabaseModule, RedisModule, OperationsModule, UsageModule] })
export class AppModule {}
