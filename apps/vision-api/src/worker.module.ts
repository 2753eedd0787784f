import { Module } from '@nestjs/common';
import { AuditWorkerModule } from './audit/audit-worker.module.js';
import { DatabaseModule } from './database/database.module.js';
import { HousekeepingModule } from './sessions/housekeeping.module.js';
import { UsageWorkerModule } from './usage/usage-worker.module.js';

/** Everything that works off queues. */
@Module({
  imports: [
    DatabaseModule.for(['worker']),
    UsageWorkerModule,
    AuditWorkerModule,
    HousekeepingModule,
  ],
})
export class WorkerModule {}
