import { Module } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { AuditWorkerModule } from './audit/audit-worker.module.js';
import { DatabaseModule } from './database/database.module.js';
import { SystemDatabaseModule } from './database/system-database.module.js';
import { HousekeepingModule } from './housekeeping/housekeeping.module.js';
import { ManagementModule } from './management/management.module.js';
import { LogoutWorkerModule } from './oauth/logout/logout-worker.module.js';
import { OutboundModule } from './outbound/outbound.module.js';
import { RealmsModule } from './realms/realms.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { KeyScheduleModule } from './signing-keys/key-schedule.module.js';
import { WebhooksWorkerModule } from './webhooks/webhooks-worker.module.js';

/** Everything that works off queues, and what is due by the clock. */
@Module({
  imports: [
    AuditModule,
    DatabaseModule,
    SystemDatabaseModule,
    SecretsModule,
    RealmsModule,
    OutboundModule,
    ManagementModule,
    AuditWorkerModule,
    HousekeepingModule,
    KeyScheduleModule,
    LogoutWorkerModule,
    WebhooksWorkerModule,
  ],
})
export class WorkerModule {}
