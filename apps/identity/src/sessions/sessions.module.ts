import { Module } from '@nestjs/common';
import { GrantsModule } from '../grants/grants.module.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

/** Browsers that are signed in. */
@Module({
  imports: [GrantsModule],
  providers: [SessionsRepository, SessionsService],
  exports: [SessionsRepository, SessionsService],
})
export class SessionsModule {}
