import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AuditQueue } from '@nomo/audit';
import { callerConnection } from '@nomo/queues';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { AUDIT_QUEUE_PREFIX } from './audit-queue.js';
import { ANNOUNCE_AUDIT, AuditTrail } from './audit-trail.js';

/** Writing the audit trail, and calling the worker after each commit. */
@Global()
@Module({
  providers: [
    AuditTrail,
    {
      provide: AuditQueue,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new AuditQueue({
          prefix: AUDIT_QUEUE_PREFIX,
          // Best effort: what a lost call leaves, the worker's sweeper finds.
          connection: callerConnection(config.REDIS_URL),
        }),
    },
    {
      provide: ANNOUNCE_AUDIT,
      inject: [AuditQueue],
      useFactory: (queue: AuditQueue) => queue.announce,
    },
  ],
  exports: [AuditTrail],
})
export class AuditModule implements OnApplicationShutdown {
  constructor(@Inject(AuditQueue) private readonly queue: AuditQueue) {}

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
