import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AuditTrailController } from './audit-trail.controller.js';
import { AuditTrailRepository } from './audit-trail.repository.js';
import { ChainChecks } from './chain-checks.js';

/** Reading one's own audit trail. */
@Module({
  imports: [SessionsModule],
  controllers: [AuditTrailController],
  providers: [AuditTrailRepository, ChainChecks],
})
export class AuditTrailModule {}
