import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AuditQueue } from '@nomo/audit';
import { callerConnection } from '@nomo/queues';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { auditEvents } from './audit-events.js';
import { AUDIT, AUDIT_QUEUE_PREFIX } from './audit.js';

const QUEUE = Symbol('audit queue');

/** For processes that change things: records events, and calls the worker after each commit. */
@Global()
@Module({
  providers: [
    {
      provide: QUEUE,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new AuditQueue({
          prefix: AUDIT_QUEUE_PREFIX,
          // Best effort: what a lost call leaves, the worker's sweeper finds.
          connection: callerConnection(config.REDIS_URL),
        }),
    },
    {
      provide: AUDIT,
      inject: [QUEUE],
      useFactory: (queue: AuditQueue) => auditEvents.announcedTo(queue.announce),
    },
  ],
  exports: [AUDIT],
})
export class AuditModule implements OnApplicationShutdown {
  constructor(@Inject(QUEUE) private readonly queue: AuditQueue) {}

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
