import { Module } from '@nestjs/common';
import { WebhookOutboxModule } from '../webhooks/webhook-outbox.module.js';
import { SecurityEventsController } from './security-events.controller.js';
import { SecurityEventsRecorder } from './security-events.recorder.js';
import { SecurityEventsRepository } from './security-events.repository.js';

/** What somebody should hear of. */
@Module({
  imports: [WebhookOutboxModule],
  controllers: [SecurityEventsController],
  providers: [SecurityEventsRecorder, SecurityEventsRepository],
  exports: [SecurityEventsRecorder, SecurityEventsRepository],
})
export class SecurityEventsModule {}
