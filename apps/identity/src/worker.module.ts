import { Module } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { DatabaseModule } from './database/database.module.js';
import { SystemDatabaseModule } from './database/system-database.module.js';
import { SecretsModule } from './secrets/secrets.module.js';

/** Everything that works off queues, and what is due by the clock. */
@Module({ imports: [AuditModule, DatabaseModule, SystemDatabaseModule, SecretsModule] })
export class WorkerModule {}
