import { Module } from '@nestjs/common';
import { GrantsModule } from '../grants/grants.module.js';
import { LogoutOutboxModule } from '../oauth/logout/logout-outbox.module.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

/** Browsers that are signed in. */
@Module({
  imports: [GrantsModule, LogoutOutboxModule],
  controllers: [SessionsController],
  providers: [SessionsRepository, SessionsService],
  exports: [SessionsRepository, SessionsService],
})
export class SessionsModule {}
