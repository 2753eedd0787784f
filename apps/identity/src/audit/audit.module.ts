import { Global, Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail.js';

/** Writing the audit trail. */
@Global()
@Module({ providers: [AuditTrail], exports: [AuditTrail] })
export class AuditModule {}
