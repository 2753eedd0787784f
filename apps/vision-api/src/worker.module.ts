import { Module } from '@nestjs/common';
import { DatabaseModule } from './database/database.module.js';
import { UsageWorkerModule } from './usage/usage-worker.module.js';

/** Everything that works off queues. */
@Module({ imports: [DatabaseModule.for(['worker']), UsageWorkerModule] })
export class WorkerModule {}
