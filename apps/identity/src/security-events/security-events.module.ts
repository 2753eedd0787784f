import { Module } from '@nestjs/common';
import { WebhookOutboxModule } from '../webhooks/webhook-outbox.module.js';
import { SecurityEventsRecorder } from './security-events.recorder.js';
import { SecurityEventsRepository } from './security-events.repository.js';

/** What somebody should hear of. */
@Module({
  imports: [WebhookOutboxModule],
  providers: [SecurityEventsRecorder, SecurityEventsRepository],
  exports: [SecurityEventsRecorder, SecurityEventsRepository],
})
export class SecurityEventsModule {}
