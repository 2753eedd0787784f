import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditEventsRepository } from './audit-events.repository.js';

/** Reading the audit trail. */
@Module({ controllers: [AuditController], providers: [AuditEventsRepository] })
export class AuditReadingModule {}
